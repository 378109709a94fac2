import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Where a connection keeps the answer that is under way on it, the last one of several. */
const answering = Symbol('answering');

type Connection = Socket & { [answering]?: ServerResponse | null };

/** How often connections that no longer answer anything are looked for, while draining. */
const sweepPeriodMs = 50;

/**
 * Makes `server.close()` a graceful drain. From then on the process says that it is stopping, and
 * asks callers to leave its connections; after `delayMs`, in which load balancers take notice, it
 * accepts no more; what is in flight is answered; then every connection is closed, idle or silent.
 *
 * @returns whether that has begun.
 */
export function addDrain(server: FastifyInstance, delayMs: number): () => boolean {
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
    await wait(delayMs);
    // Node closes connections that have answered something, but waits for those that never asked.
    const sweep = setInterval(() => {
      if (answeringCount === 0) server.server.closeAllConnections();
    }, sweepPeriodMs);
    server.server.once('close', () => clearInterval(sweep));
  });

  return () => isDraining;
}

/** Node then says `Connection: close` in the answer that is under way there, the last one of several. */
function askToLeave({ [answering]: response = null }: Connection): void {
  if (response !== null) response.shouldKeepAlive = false;
}
