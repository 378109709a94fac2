import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { HoldfastWorker } from '@holdfast/engine/worker';
import type { AdminServerOptions } from '@holdfast/process';

/** Where on the admin server the dashboard is. */
const dashboardPath = '/queues';

/**
 * BullMQ's dashboard, for the `extend` of the admin server. Until the queue can be used, it is there
 * and shows none.
 *
 * @example await startAdminServer({ …, extend: dashboardOf(worker) });
 */
export function dashboardOf(
  worker: Pick<HoldfastWorker, 'queue'>,
): NonNullable<AdminServerOptions['extend']> {
  const serverAdapter = new FastifyAdapter().setBasePath(dashboardPath);
  const board = createBullBoard({ queues: [], serverAdapter });
  void worker.queue.then((queue) => {
    if (queue !== null) board.addQueue(new BullMQAdapter(queue));
  });
  return async (server) => {
    await server.register(serverAdapter.registerPlugin(), { prefix: dashboardPath });
  };
}
