import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A booking as it came over the wire. */
export interface Asked {
  readonly authorization: string;
  readonly eventId: string;
  readonly bookingId: string;
  readonly quantity: number;
}

/** Answers in its own way, or not at all. */
export type Clerk = (asked: Asked, response: ServerResponse) => void | Promise<void>;

/** A server of the test's own that takes the calls of a load. */
export interface BoxOffice extends AsyncDisposable {
  readonly url: string;
  /** All that it was asked, in order. */
  readonly asked: readonly Asked[];
  /** Hangs up on everybody, and takes no new calls. */
  vanish(): void;
}

/** Opens a box office in which `clerk` answers. */
export async function openBoxOffice(clerk: Clerk): Promise<BoxOffice> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readAsked(request).then(async (one) => {
      asked.push(one);
      await clerk(one, response);
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const vanish = () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    vanish,
    [Symbol.asyncDispose]: async () => vanish(),
  };
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return { authorization: request.headers.authorization ?? '', ...JSON.parse(body) };
}

/** A seat for whoever asks. */
export const sell: Clerk = ({ bookingId }, response) => {
  answer(response, 200, { result: { data: { status: 'confirmed', id: bookingId } } });
};

/** Answers as the api does: JSON, with a status. */
export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
