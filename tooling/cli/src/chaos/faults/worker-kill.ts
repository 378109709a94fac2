import { type Fault, recoveryMsMax } from '../fault.ts';
import { missingDeliveries } from '../backlog.ts';

/** The worker dies in the middle of a sweep, a relay or a reconciliation. */
export const workerKill: Fault = {
  name: 'worker-kill',
  title: 'The worker is killed, and started again',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: ({ stack }) => stack.worker.kill(),
  heal: ({ stack }) => stack.worker.restart(),
  alsoHolds: ({ stack }) => missingDeliveries(stack.databaseUrl),
};
