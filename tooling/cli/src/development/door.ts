import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseObject } from '../json-object.ts';
import type { Target } from '../load/target.ts';
import { newSecret } from '../stack/secret.ts';
import { createCodes } from './codes.ts';
import { type Answer, type Answerer, answerersFor } from './door-answers.ts';

/**
 * The development door: what pages can do only where somebody tries Holdfast on their own machine. It listens in the
 * process that starts the apis, because what it keeps must be one for all of them, and outlive one that is
 * started again. Only these apis know its secret; pages reach it through them.
 */
export interface Door {
  readonly url: string;
  readonly secret: string;
  /** From now on it answers; before that, nothing is there that it could open. */
  serve(target: Target): void;
  /** A new code for a link. */
  issueCode(): string;
  /** Ends what is under way. Repeatable. */
  close(): Promise<void>;
}

/** What is asked for is a code or an id. */
const bodyLengthMax = 1_000;

const nothing: Answer = [404, { status: 'refused', reason: 'nothing_here' }];

/**
 * Opens the door on a free port of this machine.
 *
 * @example
 * const door = await openDoor();
 * // DEVELOPMENT_DOOR_URL=door.url DEVELOPMENT_DOOR_SECRET=door.secret starts an api with it
 */
export async function openDoor(): Promise<Door> {
  const secret = newSecret();
  const codes = createCodes();
  let answerers: ReadonlyMap<string, Answerer> = new Map();
  const server = createServer((request, response) => {
    const answerer = isFromApi(request, secret) ? answerers.get(request.url ?? '') : undefined;
    void answer(request, response, answerer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It keeps nothing from ending.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The door has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    secret,
    serve(target) {
      answerers = answerersFor(target, codes);
    },
    issueCode: () => codes.issue(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isFromApi({ method, headers }: IncomingMessage, secret: string): boolean {
  const isRight = timingSafeEqual(
    digestOf(headers.authorization ?? ''),
    digestOf(`Bearer ${secret}`),
  );
  return isRight && method === 'POST';
}

/** Digests have one length, so that to compare them tells nothing of the secret's. */
function digestOf(header: string): Buffer {
  return createHash('sha256').update(header).digest();
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answerer: Answerer | undefined,
): Promise<void> {
  const [status, body] = await reply(request, answerer).catch((): Answer => {
    return [500, { status: 'failed', message: 'The development door could not do that.' }];
  });
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function reply(request: IncomingMessage, answerer: Answerer | undefined): Promise<Answer> {
  if (answerer === undefined || !(Number(request.headers['content-length']) <= bodyLengthMax)) {
    return nothing;
  }
  return await answerer(parseObject(await text(request)));
}
