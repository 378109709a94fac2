import { Registry } from 'prom-client';
import { createBoundMetrics } from '../src/metrics/bound-metrics.ts';
import { ReadQueue } from '../src/reads/read-queue.ts';

/** A queue of reads that nobody has to wait in, unless told otherwise. */
export function openQueue(limits: Partial<ConstructorParameters<typeof ReadQueue>[0]> = {}) {
  return new ReadQueue({
    underWayCountMax: 100,
    waitingCountMax: 100,
    waitingPerCallerCountMax: 100,
    callCountPerTurnMax: 100,
    metrics: createBoundMetrics(new Registry()),
    ...limits,
  });
}
