import type { Admission, AdmissionState } from '@holdfast/admission';
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
 * Sets in Redis, from PostgreSQL and by version, how those events stand that changed lately or hold
 * leases. Live leases are not touched, and events that Redis does not know stay unknown to it.
 *
 * Nothing is expected to be found: settlements carry versions, so Redis cannot drift by itself. What
 * is found all the same is logged and counted as drift.
 *
 * @throws DatabaseUnavailable, AdmissionUnavailable
 *
 * @example const { driftSeats } = await reconcile({ database, admission, log, metrics, signal });
 */
export async function reconcile(parts: ReconcileParts): Promise<ReconcileReport> {
  const { database, admission, signal, limits = reconcileLimits } = parts;
  const { changedWithinMs, eventCountMax, eventCountPerPage } = limits;
  const changed = await findChangedEvents(database, {
    withinMs: changedWithinMs,
    limit: eventCountMax,
  });
  const active = await admission.listActive(eventCountMax);
  const eventIds = [...new Set([...changed, ...active])];
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
  const states = await admission.inspect(eventIds);
  if (states.size === 0) return { reconciledEventCount: 0, driftSeats: 0 };
  const asOfMs = await admission.now();
  const standings = await readStandings(database, [...states.keys()]);
  const drifts = await Promise.all(
    Array.from(states, async ([eventId, state]) => {
      const standing = standings.get(eventId);
      if (standing === undefined || standing.version < state.version) {
        return forget(parts, { eventId, state, standing });
      }
      const settled = await admission.settle(eventId, { standing, asOfMs, leases: [] });
      if (settled.drift > 0) {
        report(parts, { eventId, state, version: standing.version, driftSeats: settled.drift });
      }
      return settled.drift + (await miscountOf(parts, eventId, state));
    }),
  );
  metrics.reconciledEvents.inc(states.size);
  return {
    reconciledEventCount: states.size,
    driftSeats: drifts.reduce((sum, drift) => sum + drift, 0),
  };
}

interface Restored {
  readonly eventId: string;
  readonly state: AdmissionState;
  /** Absent where PostgreSQL has no such event. */
  readonly standing: Standing | undefined;
}

/** PostgreSQL was restored to a time before what Redis knows. */
async function forget(
  parts: ReconcileParts,
  { eventId, state, standing }: Restored,
): Promise<number> {
  await parts.admission.reset(eventId);
  // At least one: that a database was restored is never nothing.
  const driftSeats = Math.max(1, Math.abs(state.base - (standing?.availableSeats ?? 0)));
  report(parts, { eventId, state, version: standing?.version ?? null, driftSeats });
  return driftSeats;
}

/**
 * By how many seats the running sum of the leases is off their count. Leases that have just lapsed
 * are in one and not in the other, but not after a settlement, which drops them: only what is off by
 * as much before and after it is wrong.
 */
async function miscountOf(
  parts: ReconcileParts,
  eventId: string,
  before: AdmissionState,
): Promise<number> {
  const offBefore = before.leased - before.leasedSeats;
  if (offBefore === 0) return 0;
  const after = (await parts.admission.inspect([eventId])).get(eventId);
  if (after === undefined || after.leased - after.leasedSeats !== offBefore) return 0;
  const driftSeats = Math.abs(offBefore);
  report(parts, { eventId, state: after, version: after.version, driftSeats });
  return driftSeats;
}

interface Finding {
  readonly eventId: string;
  readonly state: AdmissionState;
  /** PostgreSQL's; null where it has no such event. */
  readonly version: number | null;
  readonly driftSeats: number;
}

function report(
  { log, metrics }: ReconcileParts,
  { eventId, state, version, driftSeats }: Finding,
): void {
  metrics.driftSeats.inc(driftSeats);
  const { version: redisVersion, base, leased, leasedSeats, leaseCount } = state;
  log.warn(
    { eventId, version, redisVersion, base, leased, leasedSeats, leaseCount, driftSeats },
    'Redis had drifted from PostgreSQL',
  );
}
