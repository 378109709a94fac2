import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

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
  const answering = new Set<ServerResponse>();

  // Before whoever answers at once.
  server.server.prependListener('request', (_request, response: ServerResponse) => {
    answering.add(response);
    if (isDraining) askToLeave(response);
    response.on('close', () => answering.delete(response));
  });

  server.addHook('preClose', async () => {
    isDraining = true;
    for (const response of answering) askToLeave(response);
    await wait(delayMs);
    // Node closes connections that have answered something, but waits for those that never asked.
    const sweep = setInterval(() => {
      if (answering.size === 0) server.server.closeAllConnections();
    }, sweepPeriodMs);
    server.server.once('close', () => clearInterval(sweep));
  });

  return () => isDraining;
}

/** Node then says `Connection: close` in the answer. */
function askToLeave(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}
