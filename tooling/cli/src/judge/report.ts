import type { Call } from '../load/call.ts';
import type { Evidence } from './evidence.ts';
import { type LatencyMs, type Pace, pace } from './pace.ts';
import type { SecondWave } from './second-wave.ts';
import { type Tally, tally } from './tally.ts';
import { judge, type Safety, type Verdict } from './verdict.ts';

/**
 * How the load was put on: `closed_loop` (everyone at once), `open_loop` (arrivals on a schedule),
 * `client` (everyone at once, reserving and confirming as applications do).
 */
export type Mode = 'closed_loop' | 'open_loop' | 'client';

/** What `--json` prints of `demo` and of `stress`. */
export interface Report extends Verdict, Safety, Omit<Tally, 'errorsByCause'> {
  readonly mode: Mode;
  readonly seats: number;
  /** Seats held or sold beyond those there are. `null`: the database could not be asked. */
  readonly oversold: number | null;
  /**
   * Seats by which Redis' account of the event differs from PostgreSQL's, at rest after the load.
   * `null`: there is no Redis, or it could not be looked into.
   */
  readonly drift: number | null;
  /**
   * The share of refusals after the event had sold out that did not reach PostgreSQL, measured by
   * a second wave of asks that counts in no other figure. `null`: it was not measured.
   */
  readonly refusedWithoutDatabase: number | null;
  readonly bookingsPerSecond: number;
  readonly latencyMs: LatencyMs;
}

export interface Findings {
  readonly mode: Mode;
  readonly seats: number;
  readonly calls: readonly Call[];
  readonly evidence: Evidence | null;
  readonly drift: number | null;
  readonly secondWave: SecondWave | null;
  /** Processes of the stack that ended by themselves, by name. */
  readonly died: readonly string[];
  readonly allowErrors: boolean;
}

export interface DetailedReport {
  readonly report: Report;
  readonly tally: Tally;
  readonly pace: Pace;
  readonly evidence: Evidence | null;
}

export function reportOn(findings: Findings): DetailedReport {
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
    refusedWithoutDatabase: secondWave?.refusedWithoutDatabase ?? null,
  };
  const second = secondWave && tally(secondWave.calls);
  const verdict = judge({ ...judged, tally: counted, secondWave: second, died, allowErrors });
  const report = { mode, ...figures, ...judged, bookingsPerSecond, latencyMs, ...verdict };
  return { report, tally: counted, pace: measured, evidence };
}

export function safetyOf(evidence: Evidence | null): Safety {
  if (evidence === null) return { violations: null, lostAcknowledged: null };
  const { audit, unexplained, lostAcknowledged } = evidence;
  return {
    violations: audit.violationCount + unexplained.length,
    lostAcknowledged: lostAcknowledged.length,
  };
}
