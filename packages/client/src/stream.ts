import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { AttemptFailed } from './failure.ts';
import { connectionFailed, isRedirect, noApi, redirected } from './read-answer.ts';
import { isObject, readFault } from './read-failure.ts';
import type { TraceRequest } from './trace.ts';
import { faultNameOf } from './trace-link.ts';
import { authorization, proceduresUrl, type Token } from './transport.ts';

/** Where a stream comes from, and in whose name. */
export interface StreamSource {
  readonly url: string;
  readonly token: Token | undefined;
  readonly fetch: typeof fetch;
  readonly trace: TraceRequest | undefined;
}

/** What is asked for, and who hears that it is there. */
interface StreamRequest {
  readonly path: string;
  readonly input: unknown;
  /** The api has taken the request: what follows is what happens. */
  readonly onOpen?: (() => void) | undefined;
}

/** The api says something every 5 s, if only that it is there. */
const silenceMsMax = 15_000;

/** Far more than the longest message that the api sends: a thousand changes. */
const messageLengthMax = 1_000_000;

/**
 * What a subscription sends, message by message, as parsed JSON, until the connection ends.
 *
 * The stream is read with `fetch` and not with `EventSource`, which can send no token, does not
 * exist in Node, and tells nobody why it failed.
 *
 * @throws AttemptFailed
 */
export async function* openStream(
  source: StreamSource,
  request: StreamRequest,
  signal: AbortSignal,
): AsyncGenerator {
  const cut = new AbortController();
  const onAbort = () => cut.abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const silence = startSilence(() => cut.abort(silent()));
  try {
    const { path, input } = request;
    const asked = { path, input, accept: 'text/event-stream' };
    const response = await connect(source, asked, cut.signal);
    for await (const message of messagesOf(response, silence.interrupt)) {
      if (message.event === 'connected') request.onOpen?.();
      if (message.event === undefined) yield JSON.parse(message.data);
      if (message.event === 'serialized-error') throw faultOf(message.data);
    }
  } catch (error) {
    throw error instanceof AttemptFailed ? error : connectionFailed(cut.signal.reason ?? error);
  } finally {
    silence.stop();
    signal.removeEventListener('abort', onAbort);
    cut.abort();
  }
}

/**
 * The answer whose body comes bit by bit, as what `accept` says.
 *
 * @throws AttemptFailed, or what `fetch` throws
 */
export async function connect(
  source: StreamSource,
  request: ConnectRequest,
  signal: AbortSignal,
): Promise<Response> {
  // Followed until the stream begins: it may last for hours.
  const traced = source.trace?.(request.path);
  try {
    const response = await ask(source, { ...request, headers: traced?.headers ?? {} }, signal);
    traced?.end(null);
    return response;
  } catch (error) {
    traced?.end(faultNameOf(error));
    throw error;
  }
}

type ConnectRequest = Pick<StreamRequest, 'path' | 'input'> & { readonly accept: string };

async function ask(
  { url, token, fetch: fetchIt }: StreamSource,
  request: ConnectRequest & { readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<Response> {
  const { path, input, accept } = request;
  const signedIn = await unlessCut(signal, authorization(token));
  const headers = { accept, ...signedIn, ...request.headers };
  const address = `${proceduresUrl(url)}/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetchIt(address, { headers, signal, redirect: 'manual' });
  if (isStream(response, accept)) return response;
  if (isRedirect(response)) throw redirected(response);
  throw (await statedFault(response)) ?? noApi(response);
}

/** A token function may never answer, and hears of no signal. */
async function unlessCut<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onCut = () => reject(signal.reason);
  signal.addEventListener('abort', onCut);
  try {
    if (signal.aborted) onCut();
    return await Promise.race([work, cut]);
  } finally {
    signal.removeEventListener('abort', onCut);
  }
}

function isStream({ ok, headers }: Response, mediaType: string): boolean {
  return ok && (headers.get('content-type') ?? '').startsWith(mediaType);
}

/** What failed before the stream began is said in the usual shape. */
async function statedFault(response: Response): Promise<AttemptFailed | null> {
  const json: unknown = await response.json().catch(() => null);
  return isObject(json) && isObject(json['error']) ? failureOf(json['error']) : null;
}

function faultOf(text: string): AttemptFailed {
  const error: unknown = JSON.parse(text);
  return failureOf(isObject(error) ? error : {});
}

function failureOf({ message, data }: Record<string, unknown>): AttemptFailed {
  const said = typeof message === 'string' ? message : 'The api ended the stream.';
  return new AttemptFailed(readFault(said, isObject(data) ? data : {}));
}

async function* messagesOf(
  { body }: Response,
  onBytes: () => void,
): AsyncGenerator<EventSourceMessage> {
  if (body === null) return;
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    maxBufferSize: messageLengthMax,
    onEvent: (message) => messages.push(message),
  });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    parser.feed(value);
    yield* messages.splice(0);
  }
}

/** Calls once nothing has interrupted for too long. */
function startSilence(onTooLong: () => void) {
  let timer = setTimeout(onTooLong, silenceMsMax);
  return {
    interrupt: () => {
      clearTimeout(timer);
      timer = setTimeout(onTooLong, silenceMsMax);
    },
    stop: () => clearTimeout(timer),
  };
}

function silent(): AttemptFailed {
  return new AttemptFailed({
    fault: 'attempt_timeout',
    message: `The api said nothing for ${silenceMsMax} ms.`,
  });
}
