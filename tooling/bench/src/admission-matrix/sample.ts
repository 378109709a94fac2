import type { CrowdResult } from '../load/crowd/result.ts';
import type { Cell } from './cells.ts';

/** Every figure of a cell. Rates are a second, times in milliseconds, costs in µs an answer. */
export const figureNames = [
  'bookingsPerSecond',
  'refusalsPerSecond',
  'p99Ms',
  'statementsPerSecond',
  'nodeMicros',
  'postgresMicros',
  'redisMicros',
  'generatorMicros',
  'earlyShare',
  'falseRefusals',
  'cancelsPerSecond',
  'cancelP50Ms',
  'refusalsEndMs',
  'faults',
] as const;

export type FigureName = (typeof figureNames)[number];

/** What one run of one variant in one cell showed. `null`: nothing to tell. */
export type Sample = Readonly<Record<FigureName, number | null>>;

/** What the servers had used, or done, at a moment. */
export interface Used {
  readonly nodeMs: number;
  readonly postgresMs: number | null;
  readonly redisMs: number | null;
  readonly statementCount: number;
  readonly earlyRefusalCount: number;
}

/** @example sampleOf(cell, result, { before, after }) */
export function sampleOf(
  { sale }: Cell,
  result: CrowdResult,
  { before, after }: { readonly before: Used; readonly after: Used },
): Sample {
  const { counts, durationMs, lastBookedAtMs } = result;
  const answerCount = counts.booked + counts.sold_out;
  const micros = (from: number | null, to: number | null) =>
    from === null || to === null || answerCount === 0 ? null : ((to - from) * 1_000) / answerCount;
  // Where an event sells out in the midst of it, each rate is one of its own part.
  const bookingMs = sale === 'last_seats' ? lastBookedAtMs : durationMs;
  const refusingMs = sale === 'last_seats' ? durationMs - (lastBookedAtMs ?? 0) : durationMs;
  return {
    bookingsPerSecond: perSecond(counts.booked, bookingMs),
    refusalsPerSecond: perSecond(counts.sold_out, refusingMs),
    p99Ms: result.p99Ms,
    statementsPerSecond: perSecond(after.statementCount - before.statementCount, durationMs),
    nodeMicros: micros(before.nodeMs, after.nodeMs),
    postgresMicros: micros(before.postgresMs, after.postgresMs),
    redisMicros: micros(before.redisMs, after.redisMs),
    generatorMicros: micros(0, result.generatorMs),
    earlyShare: shareOf(after.earlyRefusalCount - before.earlyRefusalCount, counts.sold_out),
    falseRefusals: result.falseRefusals,
    cancelsPerSecond: perSecond(counts.cancelled, durationMs),
    cancelP50Ms: result.cancelP50Ms,
    refusalsEndMs: result.lastRefusedAtMs,
    faults: counts.fault + counts.broken,
  };
}

function perSecond(count: number, ms: number | null): number | null {
  return ms === null || ms <= 0 ? null : (count / ms) * 1_000;
}

/** Both are counted at moments that differ a little. */
function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.min(1, part / whole);
}
