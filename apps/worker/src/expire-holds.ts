import { commit, type Database, findEventsWithLapsedHolds } from '@holdfast/data';
import type { Logger } from '@holdfast/process';

/** The bounds of one sweep. What is left over waits for the next, a second later. */
export interface SweepLimits {
  readonly eventCountPerPage: number;
  readonly pageCountMax: number;
  /** Holds that one commit expires: it bounds how long the event's row is locked. */
  readonly holdCountMax: number;
  /** Events swept at the same time, so that one locked row does not stop the rest. */
  readonly concurrency: number;
  /** Events whose failure is logged one by one; the report counts all of them. */
  readonly failureLogCountMax: number;
}

export const sweepLimits: SweepLimits = {
  eventCountPerPage: 100,
  pageCountMax: 20,
  holdCountMax: 1_000,
  concurrency: 4,
  failureLogCountMax: 10,
};

export interface SweepReport {
  readonly expiredHoldCount: number;
  readonly sweptEventCount: number;
  readonly failedEventCount: number;
  /** False where a limit or the signal ended the sweep before there was nothing left. */
  readonly isComplete: boolean;
}

export interface Sweep {
  readonly database: Database;
  readonly log: Logger;
  /** Ends the sweep after the events in hand. */
  readonly signal: AbortSignal;
  readonly limits?: SweepLimits;
  /** Told which events gave seats back, a page of them at a time. It must not throw. */
  readonly onSwept?: (eventIds: readonly string[]) => Promise<void>;
}

/**
 * Gives back the seats of holds that have lapsed, through `commit`, longest lapsed first.
 *
 * It reads from PostgreSQL what there is to do, and `commit` decides again under the event's own
 * guard. So running it twice at once, late, or not at all for a while changes nothing that
 * PostgreSQL does not agree to. One event's failure is logged and does not stop the others.
 *
 * @throws DatabaseUnavailable where the database is away as a whole
 *
 * @example
 * const report = await expireHolds({ database, log, signal: new AbortController().signal });
 */
export async function expireHolds(sweep: Sweep): Promise<SweepReport> {
  const limits = sweep.limits ?? sweepLimits;
  const failedIds = new Set<string>();
  let expiredHoldCount = 0;
  let sweptEventCount = 0;
  let isComplete = false;
  for (
    let page = 1;
    page <= limits.pageCountMax && !isComplete && !sweep.signal.aborted;
    page += 1
  ) {
    const eventIds = await nextPage(sweep.database, limits.eventCountPerPage, failedIds);
    const swept = await sweepEvents(sweep, eventIds, failedIds);
    await sweep.onSwept?.([...swept.keys()]);
    const expiredCounts = [...swept.values()];
    expiredHoldCount += expiredCounts.reduce((sum, count) => sum + count, 0);
    sweptEventCount += expiredCounts.length;
    const isLastPage = eventIds.length < limits.eventCountPerPage;
    const areAllEmpty = expiredCounts.every((count) => count < limits.holdCountMax);
    isComplete = isLastPage && areAllEmpty && !sweep.signal.aborted;
  }
  return { expiredHoldCount, sweptEventCount, failedEventCount: failedIds.size, isComplete };
}

/**
 * The events to sweep next. Those that failed in this sweep still stand first in line, so as many
 * more are asked for: otherwise a page of them would keep the others waiting for ever.
 */
async function nextPage(
  database: Database,
  eventCount: number,
  failedIds: ReadonlySet<string>,
): Promise<readonly string[]> {
  const eventIds = await findEventsWithLapsedHolds(database, {
    limit: eventCount + failedIds.size,
  });
  return eventIds.filter((eventId) => !failedIds.has(eventId));
}

/**
 * Sweeps a page, a few events at a time, and answers how many holds of each were expired. Events
 * that fail are added to `failedIds`.
 */
async function sweepEvents(
  sweep: Sweep,
  eventIds: readonly string[],
  failedIds: Set<string>,
): Promise<ReadonlyMap<string, number>> {
  const { concurrency, failureLogCountMax } = sweep.limits ?? sweepLimits;
  const expiredCounts = new Map<string, number>();
  const waiting = eventIds.values();
  const lost = new AbortController();
  async function sweepInTurn() {
    for (const eventId of waiting) {
      if (lost.signal.aborted || sweep.signal.aborted) return;
      try {
        expiredCounts.set(eventId, await sweepEvent(sweep, eventId));
      } catch (error) {
        failedIds.add(eventId);
        if (failedIds.size <= failureLogCountMax) {
          sweep.log.warn({ err: error, eventId }, 'event not swept; the next sweep tries again');
        }
        // Is it the database that failed, or only this event: a row that somebody locked for long?
        await sweep.database.ping().catch((reason: unknown) => lost.abort(reason));
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sweepInTurn));
  lost.signal.throwIfAborted();
  return expiredCounts;
}

async function sweepEvent({ database, limits }: Sweep, eventId: string): Promise<number> {
  const { holdCountMax } = limits ?? sweepLimits;
  const [outcome] = await commit(database, eventId, [{ type: 'expire', holdCountMax }]);
  if (outcome?.status === 'accepted') return outcome.transitions.length;
  const why = outcome?.status === 'refused' ? outcome.reason : 'outcome unknown';
  throw new Error(`The sweep of the event was not accepted: ${why}.`);
}
