import { type Database, type Relay, relayOutbox } from '@holdfast/data';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The bounds of one run. What is left over waits for the next, 100 ms later. */
export interface RelayLimits {
  /** Told and marked in one transaction. */
  readonly changeCountPerBatch: number;
  readonly batchCountMax: number;
}

const relayLimits: RelayLimits = { changeCountPerBatch: 1_000, batchCountMax: 50 };

export interface RelayReport {
  readonly relayedChangeCount: number;
  /** False where a limit or the signal ended the run, or another process relays now. */
  readonly isComplete: boolean;
}

export interface RelayParts {
  readonly database: Database;
  /** Tells the consumers: see consumer.ts. */
  readonly deliver: Relay['deliver'];
  readonly metrics: WorkerMetrics;
  /** Ends the run after the batch in hand. */
  readonly signal: AbortSignal;
  readonly limits?: RelayLimits;
}

/**
 * Tells what the outbox holds, batch by batch until nothing is left: to the consumers, and to all
 * that listen to the feed. At least once, by event in order of version, one process at a time.
 *
 * @throws DatabaseUnavailable, and DeliveryFailed where a consumer was not told; what was not told
 *   stays pending
 *
 * @example await relay({ database, deliver: deliverTo([], { log }), metrics, signal });
 */
export async function relay(parts: RelayParts): Promise<RelayReport> {
  const { database, deliver, metrics, signal, limits = relayLimits } = parts;
  let relayedChangeCount = 0;
  for (let batch = 1; batch <= limits.batchCountMax && !signal.aborted; batch += 1) {
    const relayed = await relayOutbox(database, {
      changeCountMax: limits.changeCountPerBatch,
      deliver,
    });
    if (relayed === null) break;
    relayedChangeCount += relayed.changes.length;
    metrics.relayedChanges.inc(relayed.changes.length);
    if (relayed.isComplete) return { relayedChangeCount, isComplete: true };
  }
  return { relayedChangeCount, isComplete: false };
}
