/** What was read, and when. */
export interface CachedEntry<Value> {
  readonly value: Value;
  /** When its read of PostgreSQL began, at the latest, in milliseconds of `cacheClock`. */
  readonly readAt: number;
  /** Every change that this process had heard of by then is in it. */
  readonly checkedAt: number;
  /** The event's version; 0 for a list. */
  readonly version: number;
  /** Where it came from when it was last loaded. */
  readonly from: 'redis' | 'database';
}

/** What a read asks of an entry. */
export interface Need {
  /** Whose turn it is. */
  readonly caller: string;
  /** What is read is for everybody, and seldom: then it is no caller's in particular. */
  readonly isShared: boolean;
  /** When the read was asked for. */
  readonly askedAt: number;
  /** How old the entry may be then, where the caller says so. */
  readonly maxAgeMs: number | null;
  /** The newest version that this process has heard of; 0 where it has heard of none. */
  readonly versionMin: number;
  /** What was checked before this moment may lack a change. */
  readonly checkedSince: number;
  /** How old the answer may be that there is no such thing. */
  readonly absenceMsMax: number;
}

/**
 * That there is no such thing is remembered for so long, unless it is heard before that there is: who
 * asks for what does not exist, again and again, is not worth a read each time.
 */
export const absenceMsMax = 500;

/** An entry younger than about this is fresh: see freshDurationMs. */
export const freshMs = 10_000;
const jitterRatio = 0.2;

/** Until here an entry is served while it is read anew. */
const staleMsMax = 20_000;

/** Until here an entry is served when PostgreSQL does not answer. Nothing older is ever served. */
export const awayMsMax = 60_000;

/**
 * Milliseconds since the epoch, by a clock that never steps. Those of two processes may differ, by
 * as much as their machines' clocks did when they began.
 */
export function cacheClock(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * For how long an entry counts as fresh. Each has its own, within a fifth, so that what was read in
 * the same moment is not read anew in the same moment.
 *
 * @example freshDurationMs() // 8000 to 12000
 */
export function freshDurationMs(random: () => number = Math.random): number {
  return Math.round(freshMs * (1 + jitterRatio * (2 * random() - 1)));
}

/**
 * May this read be answered with this entry? What was read since it was asked for always may: it
 * was right at a moment within the call. Anything older must be young enough, and must not lack a
 * change that this process has heard of. This is asked whenever an entry is served, so an entry
 * that was stored late, after the change that it lacks, does no harm.
 */
export function isServable(
  { readAt, checkedAt, version }: CachedEntry<unknown>,
  { askedAt, maxAgeMs, versionMin, checkedSince }: Need,
  ageMsMax: number = staleMsMax,
): boolean {
  if (readAt >= askedAt) return true;
  const isYoung = askedAt - readAt <= Math.min(ageMsMax, maxAgeMs ?? ageMsMax);
  return isYoung && version >= versionMin && checkedAt >= checkedSince;
}
