import type { Admission, KnownStanding } from '@holdfast/redis';
import { type Database, findChangedEvents, readStandings } from '@holdfast/data';
import type { Standing } from '@holdfast/domain';
import type { Logger } from '@holdfast/process';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The bounds of one reconciliation. What is left over waits for the next. */
export interface ReconcileLimits {
  /** Three periods: what one run missed, the next ones see. */
  readonly changedWithinMs: number;
  readonly eventCountMax: number;
  readonly eventCountPerPage: number;
}

export const reconcileLimits: ReconcileLimits = {
  changedWithinMs: 30_000,
  eventCountMax: 10_000,
  eventCountPerPage: 100,
};

export interface ReconcileReport {
  readonly reconciledEventCount: number;
  readonly driftSeats: number;
  /** False where the signal ended it. */
  readonly isComplete: boolean;
}

export interface ReconcileParts {
  readonly database: Database;
  readonly admission: Admission;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly signal: AbortSignal;
  readonly limits?: ReconcileLimits;
}

/**
 * Sets in Redis, from PostgreSQL and by version, how those events stand that changed lately. Fences
 * stay, so what is on its way is not forgotten, and events that Redis does not know stay unknown to it.
 *
 * Nothing is expected to be found: settlements carry versions, so Redis cannot drift by itself. What
 * is found all the same is logged and counted as drift.
 *
 * @throws DatabaseUnavailable, AdmissionUnavailable
 *
 * @example const { driftSeats } = await reconcile({ database, admission, log, metrics, signal });
 */
export async function reconcile(parts: ReconcileParts): Promise<ReconcileReport> {
  const { database, signal, limits = reconcileLimits } = parts;
  const { changedWithinMs, eventCountMax, eventCountPerPage } = limits;
  const eventIds = await findChangedEvents(database, {
    withinMs: changedWithinMs,
    limit: eventCountMax,
  });
  let reconciledEventCount = 0;
  let driftSeats = 0;
  for (let start = 0; start < eventIds.length; start += eventCountPerPage) {
    if (signal.aborted) return { reconciledEventCount, driftSeats, isComplete: false };
    const page = await reconcileEvents(parts, eventIds.slice(start, start + eventCountPerPage));
    reconciledEventCount += page.reconciledEventCount;
    driftSeats += page.driftSeats;
  }
  return { reconciledEventCount, driftSeats, isComplete: true };
}

/**
 * The same for these events alone, 500 at most.
 *
 * @throws DatabaseUnavailable, AdmissionUnavailable
 */
export async function reconcileEvents(
  parts: ReconcileParts,
  eventIds: readonly string[],
): Promise<Pick<ReconcileReport, 'reconciledEventCount' | 'driftSeats'>> {
  const { database, admission, metrics } = parts;
  // In this order: PostgreSQL is then at least as new as Redis was, and a settlement that comes late
  // says nothing about the time after it was read.
  const known = await admission.inspect(eventIds);
  if (known.size === 0) return { reconciledEventCount: 0, driftSeats: 0 };
  const asOfMs = await admission.now();
  const standings = await readStandings(database, [...known.keys()]);
  const drifts = await Promise.all(
    Array.from(known, async ([eventId, inRedis]) => {
      const standing = standings.get(eventId) ?? null;
      if (standing === null || standing.version < inRedis.version) {
        return forget(parts, { eventId, inRedis, standing });
      }
      const { drift } = await admission.settle(eventId, { standing, asOfMs, fence: null });
      if (drift > 0) report(parts, { eventId, inRedis, standing, driftSeats: drift });
      return drift;
    }),
  );
  metrics.reconciledEvents.inc(known.size);
  return {
    reconciledEventCount: known.size,
    driftSeats: drifts.reduce((sum, drift) => sum + drift, 0),
  };
}

interface Compared {
  readonly eventId: string;
  readonly inRedis: KnownStanding;
  /** PostgreSQL's; `null` where it has no such event. */
  readonly standing: Standing | null;
}

/** PostgreSQL was restored to a time before what Redis knows. */
async function forget(parts: ReconcileParts, compared: Compared): Promise<number> {
  const { eventId, inRedis, standing } = compared;
  await parts.admission.forget(eventId);
  // At least one: that a database was restored is never nothing.
  const driftSeats = Math.max(1, Math.abs(inRedis.free - (standing?.availableSeats ?? 0)));
  report(parts, { ...compared, driftSeats });
  return driftSeats;
}

function report(
  { log, metrics }: ReconcileParts,
  { eventId, inRedis, standing, driftSeats }: Compared & { readonly driftSeats: number },
): void {
  metrics.driftSeats.inc(driftSeats);
  const { version: redisVersion, free, fenceCount } = inRedis;
  const found = { version: standing?.version ?? null, redisVersion, free, fenceCount, driftSeats };
  log.warn({ eventId, ...found }, 'Redis had drifted from PostgreSQL');
}
