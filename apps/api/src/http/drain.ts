import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Limits } from '../limits.ts';

/** Where a connection keeps the answer that is under way on it, the last one of several. */
const answering = Symbol('answering');

type Connection = Socket & { [answering]?: ServerResponse | null };

/** How often connections that no longer answer anything are looked for, while draining. */
const sweepPeriodMs = 50;

/** What happens when, and who is told. */
interface DrainPlan extends Pick<Limits, 'drainDelayMs' | 'drainIdleMs'> {
  /** Ends answers that have no end of their own. */
  readonly endStreams: () => void;
}

/**
 * Makes `server.close()` a graceful drain. From then on the process says that it is stopping, and
 * asks callers to leave its connections; after `drainDelayMs`, in which load balancers take notice, it
 * accepts no more, and ends its streams: who watches comes back, and by then elsewhere. What is in flight
 * is answered; then every connection is closed, idle or silent.
 *
 * A proxy may send a call on an idle connection at the moment in which it is closed, and cannot know then
 * whether the call was done. So for `drainIdleMs` these are not closed: what comes on them is answered, with
 * `Connection: close`, and the proxy itself closes the others, if it keeps them for a shorter time.
 *
 * @returns whether that has begun.
 */
export function addDrain(server: FastifyInstance, plan: DrainPlan): () => boolean {
  let isDraining = false;
  let answeringCount = 0;
  const connections = new Set<Connection>();

  /** One function for all: a set of what is being answered, and a closure for each, took 10 µs a call. */
  function noteAnswered(this: ServerResponse): void {
    answeringCount -= 1;
    const connection: Connection = this.req.socket;
    if (connection[answering] === this) connection[answering] = null;
  }

  server.server.on('connection', (connection: Connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  // Before whoever answers at once.
  server.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    answeringCount += 1;
    const connection: Connection = request.socket;
    connection[answering] = response;
    if (isDraining) response.shouldKeepAlive = false;
    response.on('close', noteAnswered);
  });

  server.addHook('preClose', async () => {
    isDraining = true;
    for (const connection of connections) askToLeave(connection);
    await wait(plan.drainDelayMs);
    plan.endStreams();
    const idleUntil = performance.now() + plan.drainIdleMs;
    // Closing a server closes what is idle, too. The sweep does so here.
    server.server.closeIdleConnections = () => {};
    const sweep = setInterval(() => {
      const isOver = connections.size === 0 || performance.now() >= idleUntil;
      if (answeringCount === 0 && isOver) server.server.closeAllConnections();
    }, sweepPeriodMs);
    server.server.once('close', () => clearInterval(sweep));
  });

  return () => isDraining;
}

/** Node then says `Connection: close` in the answer that is under way there, the last one of several. */
function askToLeave({ [answering]: response = null }: Connection): void {
  if (response !== null) response.shouldKeepAlive = false;
}
