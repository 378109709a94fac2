import type { Authenticate } from '@holdfast/auth';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../http/faults.ts';
import { servedOf } from '../http/served.ts';
import { type Door, isLoopback } from './door-settings.ts';

interface DoorOptions {
  readonly door: Door;
  readonly authenticate: Authenticate;
}

/** Longer than a storm takes at most. */
const answerTimeoutMs = 60_000;

/**
 * What pages can do in development alone (docs/decisions/0019-development-door.md): `POST /dev/sign-in` gives tokens
 * for the code of a link, and `POST /dev/storm` sends a crowd to an event. Both are passed on to the process that
 * has started this api, and its answer is passed back.
 *
 * @example addDoor(server, { door, authenticate })
 */
export function addDoor(server: FastifyInstance, { door, authenticate }: DoorOptions): void {
  server.post('/dev/sign-in', async (request, reply) => {
    expectOwnPage(request);
    return await passOn(door, request, reply);
  });
  server.post('/dev/storm', async (request, reply) => {
    expectOwnPage(request);
    const user = await authenticate(request.headers.authorization);
    if (user === null) throw new Fault('unauthenticated');
    if (user.role === 'user') throw new Fault('forbidden');
    servedOf(request).user = user;
    return await passOn(door, request, reply);
  });
}

/**
 * No page but ours, and ours under no name but this machine's own: a name of somebody else's may be made to lead
 * here (DNS rebinding), and then their page would have the same origin. What is no browser says no origin, and
 * has to know a code or a token all the same. That the body is JSON, which a foreign form cannot send, is
 * looked at before (http-gate.ts).
 */
function expectOwnPage({ headers }: FastifyRequest): void {
  const { host = '', origin } = headers;
  const hostname = URL.parse(`http://${host}`)?.hostname ?? '';
  if (!isLoopback(hostname) || (origin !== undefined && origin !== `http://${host}`)) {
    throw new Fault('forbidden', {
      message: 'Only a page of this api on this machine may do that.',
    });
  }
}

async function passOn({ url, secret }: Door, request: FastifyRequest, reply: FastifyReply) {
  const { pathname } = new URL(request.url, url);
  try {
    const response = await fetch(new URL(pathname, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: typeof request.body === 'string' ? request.body : '',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const answer = Buffer.from(await response.arrayBuffer());
    return await reply.code(response.status).type('application/json').send(answer);
  } catch (cause) {
    // It ends before the api does.
    throw new Fault('draining', { cause });
  }
}
