import { Agent, type ClientRequestArgs, request as requestOverHttp1 } from 'node:http';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { text } from 'node:stream/consumers';

export interface RawRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** More of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends each request once, as a program does that has never heard of retries. */
export interface RawCaller {
  /** How it calls, for people. */
  readonly name: string;
  /** Rejects where no whole answer comes. */
  send(request: RawRequest): Promise<RawAnswer>;
  close(): void;
}

const connectionCountMax = 64;
const answerTimeoutMs = 20_000;

/** HTTP/1.1, on connections that are kept, or on a new one for each call. */
export function http1Caller(url: string, keeps: boolean): RawCaller {
  const agent = new Agent({ keepAlive: keeps, maxSockets: connectionCountMax });
  return {
    name: keeps ? 'HTTP/1.1, kept connections' : 'HTTP/1.1, new connections',
    send: (asked) => sendOverHttp1(url, asked, agent),
    close: () => agent.destroy(),
  };
}

async function sendOverHttp1(url: string, asked: RawRequest, agent: Agent): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const signal = AbortSignal.timeout(answerTimeoutMs);
  const { method, path, body } = asked;
  const options: ClientRequestArgs = { method, agent, signal, headers: headersOf(asked) };
  requestOverHttp1(`${url}${path}`, options, (response) => {
    const status = response.statusCode ?? 0;
    text(response).then((read) => resolve({ status, text: read }), reject);
  })
    .on('error', reject)
    .end(body && JSON.stringify(body));
  return await promise;
}

/** HTTP/2 with TLS, as browsers call: all over one connection. */
export function http2Caller(url: string, ca: string): RawCaller {
  const session = connect(url, { ca });
  // Its requests fail as well.
  session.on('error', () => {});
  return {
    name: 'HTTP/2',
    send: (asked) => sendOverHttp2(session, asked),
    close: () => session.destroy(),
  };
}

async function sendOverHttp2(session: ClientHttp2Session, asked: RawRequest): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const { method, path, body } = asked;
  const headers = { ':method': method, ':path': path, ...headersOf(asked) };
  const stream = session.request(headers, { signal: AbortSignal.timeout(answerTimeoutMs) });
  let status = 0;
  let read = '';
  stream
    .setEncoding('utf8')
    .on('error', reject)
    .on('response', (answered) => void (status = answered[':status'] ?? 0))
    .on('data', (part: string) => void (read += part))
    // Not at `end`: a proxy may reset a stream (without an error) as soon as all of the answer is out.
    .on('close', () => {
      if (status !== 0 && stream.rstCode === constants.NGHTTP2_NO_ERROR)
        resolve({ status, text: read });
      else reject(new Error(`stream closed (${stream.rstCode})`));
    });
  stream.end(body && JSON.stringify(body));
  return await promise;
}

function headersOf({ token, body, headers }: RawRequest): Record<string, string> {
  return {
    ...headers,
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
}
