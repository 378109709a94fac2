import type { Evidence } from './evidence.ts';
import type { History } from './load/load.ts';
import { type LatencyMs, type Pace, pace } from './load/pace.ts';
import { type Counts, type Tally, tally } from './load/tally.ts';
import type { SecondWave } from './second-wave.ts';
import { judge, type Verdict } from './verdict.ts';

/**
 * How the load was put on: `closed_loop` (everyone at once, by autocannon), `open_loop` (arrivals
 * on a schedule), `client` (everyone at once, reserving and confirming through the client).
 */
export type Mode = 'closed_loop' | 'open_loop' | 'client';

/** What `--json` prints of `demo` and of `stress`. */
export interface Report extends Verdict {
  readonly mode: Mode;
  readonly users: number;
  readonly seats: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly refusedByReason: Counts;
  /** Connections that broke or fell silent, faults (5xx), answers that make no sense. */
  readonly errors: number;
  /** Answers that say that nobody knows. */
  readonly unknown: number;
  /** Seats held or sold beyond those there are. `null`: the database could not be asked. */
  readonly oversold: number | null;
  /** Rows that violate I1–I8, and bookings that nobody was told of (H2). `null`: as above. */
  readonly violations: number | null;
  /** Acknowledged bookings that the database does not have as acknowledged (H1). `null`: as above. */
  readonly lostAcknowledged: number | null;
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

/** What a load left behind, to be reported. */
export interface Findings {
  readonly mode: Mode;
  readonly seats: number;
  readonly history: History;
  /** `null`: the database could not be asked. */
  readonly evidence: Evidence | null;
  /** As in Report. */
  readonly drift: number | null;
  /** `null`: there was none. */
  readonly secondWave: SecondWave | null;
  /** Processes of the stack that ended by themselves, by name. */
  readonly died: readonly string[];
  readonly allowErrors: boolean;
}

/** A report, and what a person wants to know beyond it. */
export interface DetailedReport {
  readonly report: Report;
  readonly tally: Tally;
  readonly pace: Pace;
  readonly evidence: Evidence | null;
}

/** Counts, measures and judges what a load left behind. */
export function reportOn(findings: Findings): DetailedReport {
  const { mode, seats, history, evidence, drift, secondWave, died, allowErrors } = findings;
  const counted = tally(history);
  const measured = pace(history);
  const safety = {
    oversold: evidence?.oversold ?? null,
    violations: evidence ? evidence.audit.violationCount + evidence.unexplained.length : null,
    lostAcknowledged: evidence?.lostAcknowledged.length ?? null,
  };
  const { errorsByCause: _, ...figures } = counted;
  const { bookingsPerSecond, latencyMs } = measured;
  const refusedWithoutDatabase = secondWave?.refusedWithoutDatabase ?? null;
  const admission = { drift, refusedWithoutDatabase };
  const verdict = judge({
    tally: counted,
    seats,
    ...safety,
    ...admission,
    secondWave: secondWave && tally(secondWave.history),
    died,
    allowErrors,
  });
  const paced = { bookingsPerSecond, latencyMs };
  const report = { mode, seats, ...figures, ...safety, ...admission, ...paced, ...verdict };
  return { report, tally: counted, pace: measured, evidence };
}
