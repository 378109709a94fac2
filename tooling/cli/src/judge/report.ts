import type { Call } from '../load/call.ts';
import type { Evidence } from './evidence.ts';
import { pace } from './pace.ts';
import type { SecondWave } from './second-wave.ts';
import { tally } from './tally.ts';
import { timelineOf } from './timeline.ts';
import { judge, type Safety } from './verdict.ts';

/**
 * How the load was put on: `closed_loop` (everyone at once), `open_loop` (arrivals on a schedule),
 * `client` (everyone at once, reserving and confirming as applications do).
 */
export type Mode = 'closed_loop' | 'open_loop' | 'client';

/** What a load left behind, to be reported. */
export interface Findings {
  readonly mode: Mode;
  readonly seats: number;
  readonly calls: readonly Call[];
  /** `null`: the database could not be asked. */
  readonly evidence: Evidence | null;
  /**
   * Seats by which Redis' account of the event differs from PostgreSQL's, at rest after the load.
   * `null`: there is no Redis, or it could not be looked into.
   */
  readonly drift: number | null;
  readonly secondWave: SecondWave | null;
  /** Processes of the stack that ended by themselves, by name. */
  readonly died: readonly string[];
  readonly allowErrors: boolean;
}

/** A report, and what a person wants to know beyond it. */
export type DetailedReport = ReturnType<typeof reportOn>;

/** What `--json` prints of `demo` and of `stress`. */
export type Report = DetailedReport['report'];

/** Counts, measures and judges what a load left behind. */
export function reportOn(findings: Findings) {
  const { mode, seats, calls, evidence, drift, secondWave, died, allowErrors } = findings;
  const counted = tally(calls);
  const measured = pace(calls);
  const { errorsByCause: _, ...figures } = counted;
  const { bookingsPerSecond, latencyMs } = measured;
  const judged = {
    seats,
    oversold: evidence?.oversold ?? null,
    ...safetyOf(evidence),
    drift,
    // The share of refusals after the event had sold out that did not reach PostgreSQL.
    refusedWithoutDatabase: secondWave?.refusedWithoutDatabase ?? null,
  };
  const second = secondWave && tally(secondWave.calls);
  const verdict = judge({ ...judged, tally: counted, secondWave: second, died, allowErrors });
  const report = { mode, ...figures, ...judged, bookingsPerSecond, latencyMs, ...verdict };
  return { report, tally: counted, pace: measured, evidence, timeline: timelineOf(calls) };
}

/** The figures of the promises, from what the database said. */
export function safetyOf(evidence: Evidence | null): Safety {
  if (evidence === null) return { violations: null, lostAcknowledged: null };
  const { audit, unexplained, lostAcknowledged } = evidence;
  return {
    violations: audit.violationCount + unexplained.length,
    lostAcknowledged: lostAcknowledged.length,
  };
}
