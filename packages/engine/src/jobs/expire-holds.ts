import { commit, type Database, findEventsToSweep } from '@holdfast/data';
import { isBookingTransition, type Transition } from '@holdfast/domain';
import type { Logger } from '@holdfast/process';

/** The bounds of one sweep. What is left over waits for the next, a second later. */
export interface SweepLimits {
  readonly eventCountPerPage: number;
  readonly pageCountMax: number;
  /** Bookings that one commit ends: it bounds how long the event's row is locked. */
  readonly bookingCountMax: number;
  /** Events swept at the same time, so that one locked row does not stop the rest. */
  readonly concurrency: number;
  /** Events whose failure is logged one by one; the report counts all of them. */
  readonly failureLogCountMax: number;
}

export const sweepLimits: SweepLimits = {
  eventCountPerPage: 100,
  pageCountMax: 20,
  bookingCountMax: 1_000,
  concurrency: 4,
  failureLogCountMax: 10,
};

export interface SweepReport extends Swept {
  readonly sweptEventCount: number;
  readonly failedEventCount: number;
  /** False where a limit or the signal ended the sweep before there was nothing left. */
  readonly isComplete: boolean;
}

/** What a sweep has ended. */
interface Swept {
  /** Holds that had lapsed. */
  readonly expiredHoldCount: number;
  /** Holds and sales of events that were called off. */
  readonly cancelledBookingCount: number;
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
 * Ends what can live no longer, through `commit`, the longest overdue first: holds that have lapsed,
 * and whatever still takes seats of an event that was called off.
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
  const progress: Progress = { failedIds: new Set(), lastIds: new Map() };
  const { failedIds } = progress;
  const swept: Swept[] = [];
  let isComplete = false;
  for (
    let page = 1;
    page <= limits.pageCountMax && !isComplete && !sweep.signal.aborted;
    page += 1
  ) {
    const eventIds = await nextPage(sweep.database, limits.eventCountPerPage, failedIds);
    const sweptById = await sweepEvents(sweep, eventIds, progress);
    await sweep.onSwept?.([...sweptById.keys()]);
    swept.push(...sweptById.values());
    const isLastPage = eventIds.length < limits.eventCountPerPage;
    const areAllEmpty = [...sweptById.values()].every(
      (each) => endedCount(each) < limits.bookingCountMax,
    );
    isComplete = isLastPage && areAllEmpty && !sweep.signal.aborted;
  }
  const sweptEventCount = swept.length;
  return { ...sumOf(swept), sweptEventCount, failedEventCount: failedIds.size, isComplete };
}

/** How far one sweep has come. */
interface Progress {
  /** Events that failed. */
  readonly failedIds: Set<string>;
  /** Of each event that was called off, the last booking that was ended: the next commit goes on there. */
  readonly lastIds: Map<string, string>;
}

function endedCount({ expiredHoldCount, cancelledBookingCount }: Swept): number {
  return expiredHoldCount + cancelledBookingCount;
}

function sumOf(swept: readonly Swept[]): Swept {
  let [expiredHoldCount, cancelledBookingCount] = [0, 0];
  for (const each of swept) {
    expiredHoldCount += each.expiredHoldCount;
    cancelledBookingCount += each.cancelledBookingCount;
  }
  return { expiredHoldCount, cancelledBookingCount };
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
  const eventIds = await findEventsToSweep(database, {
    limit: eventCount + failedIds.size,
  });
  return eventIds.filter((eventId) => !failedIds.has(eventId));
}

/**
 * Sweeps a page, a few events at a time, and answers what was ended of each. Events that fail are
 * added to `progress.failedIds`.
 */
async function sweepEvents(
  sweep: Sweep,
  eventIds: readonly string[],
  progress: Progress,
): Promise<ReadonlyMap<string, Swept>> {
  const { concurrency, failureLogCountMax } = sweep.limits ?? sweepLimits;
  const { failedIds } = progress;
  const sweptById = new Map<string, Swept>();
  const waiting = eventIds.values();
  const lost = new AbortController();
  async function sweepInTurn() {
    for (const eventId of waiting) {
      if (lost.signal.aborted || sweep.signal.aborted) return;
      try {
        sweptById.set(eventId, await sweepEvent(sweep, eventId, progress));
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
  return sweptById;
}

async function sweepEvent(
  { database, limits }: Sweep,
  eventId: string,
  { lastIds }: Progress,
): Promise<Swept> {
  const { bookingCountMax } = limits ?? sweepLimits;
  const afterBookingId = lastIds.get(eventId);
  const [outcome] = await commit(database, eventId, [
    { type: 'expire', bookingCountMax, afterBookingId },
  ]);
  if (outcome?.status === 'accepted') {
    const { transitions } = outcome;
    const last = transitions.findLast(isBookingTransition);
    if (outcome.event.cancelledAt !== null && last) lastIds.set(eventId, last.bookingId);
    return sweptBy(transitions);
  }
  const why = outcome?.status === 'refused' ? outcome.reason : 'outcome unknown';
  throw new Error(`The sweep of the event was not accepted: ${why}.`);
}

function sweptBy(transitions: readonly Transition[]): Swept {
  const count = (type: Transition['type']) =>
    transitions.filter((transition) => transition.type === type).length;
  return {
    expiredHoldCount: count('booking_expired'),
    cancelledBookingCount: count('booking_cancelled'),
  };
}
