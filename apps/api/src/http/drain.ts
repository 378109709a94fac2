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
  let answeringCount = 0;

  const noteAnswered = () => {
    answeringCount -= 1;
  };
  server.server.on('request', (_request, response) => {
    answeringCount += 1;
    response.on('close', noteAnswered);
  });

  server.addHook('onSend', async (_request, reply) => {
    if (isDraining) reply.header('connection', 'close');
  });

  server.addHook('preClose', async () => {
    isDraining = true;
    await wait(delayMs);
    // Node closes connections that have answered something, but waits for those that never asked.
    const sweep = setInterval(() => {
      if (answeringCount === 0) server.server.closeAllConnections();
    }, sweepPeriodMs);
    server.server.once('close', () => clearInterval(sweep));
  });

  return () => isDraining;
}
