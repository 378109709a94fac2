import { availableParallelism } from 'node:os';
import { median, sum } from '@holdfast/command';
import type { ArrivalsRow } from './arrivals/measure-arrivals.ts';
import type { LayerRow } from './layers/layer.ts';
import type { BenchPlan } from './plan.ts';
import type { Measured } from './ratio-definitions.ts';
import { byRatio, ratioNames, type Ratios, ratiosOf, reachesAim } from './ratios.ts';
import { ceilingsOf, medianOf, type Row, rowsOf, toDigits } from './rows.ts';

export interface Findings extends Measured {
  readonly plan: BenchPlan;
  /** Rows a second that PostgreSQL takes where nothing is decided, one a round. */
  readonly setBasedInserts: readonly number[];
  readonly arrivals: readonly ArrivalsRow[];
  readonly layers: readonly LayerRow[];
}

/** What `--json` prints. */
export type Report = ReturnType<typeof reportOn>;

/** Which figures reached their aims. That is about speed, and decides nothing: see Verdict. */
export type Aims = ReturnType<typeof aimsOf>;

/** Why a bench fails: ways that claim to be safe and are not. Empty reasons: it passes. */
export interface Verdict {
  readonly verdict: 'pass' | 'fail';
  readonly reasons: readonly string[];
}

/** Puts the findings together: medians, spreads, ratios, and the verdict. */
export function reportOn(findings: Findings) {
  const { plan, measurements, setBasedInserts, openConnections, arrivals, layers } = findings;
  const rows = rowsOf(measurements);
  const writers = writerRowsOf(findings);
  const ratioSpreads = ratiosOf(findings);
  const rounds = Math.max(0, ...measurements.map(({ round }) => round + 1));
  return {
    mode: plan.mode,
    rounds,
    // Of what only stands in tables.
    furtherRounds: Math.min(rounds, plan.furtherRoundCount),
    machine: { cores: availableParallelism(), node: process.version, platform: process.platform },
    rows,
    ceilings: ceilingsOf(measurements, setBasedInserts),
    // Medians; `null`: not measured.
    ratios: byRatio((name) => {
      const ratio = ratioSpreads[name];
      return ratio && toDigits(ratio.median, 3);
    }),
    ratioSpreads,
    writers,
    openConnections,
    arrivals,
    layers,
    aims: aimsOf(ratioSpreads),
    verdict: verdictOn({ rows, writers, openConnections, arrivals }),
  };
}

interface Judged extends Pick<Findings, 'openConnections' | 'arrivals'> {
  readonly rows: readonly Row[];
  readonly writers: ReturnType<typeof writerRowsOf>;
}

/**
 * A way that claims to be safe and oversold, lost a booking or broke an invariant fails the bench.
 * How fast anything was does not.
 */
function verdictOn({ rows, writers, openConnections, arrivals }: Judged): Verdict {
  const reasons = rows
    .filter((row) => row.claimsSafe && !row.safe)
    .map(
      (row) =>
        `${row.way} (${row.load}, ${row.connections} connections): oversold ${row.oversold}, lost ${row.lost}, broken ${row.broken.join(' ') || 'nothing'}`,
    );
  if (writers.some(({ safe }) => !safe)) reasons.push('commit, called straight, broke the audit');
  if (openConnections?.status === 'measured' && !openConnections.judgement.isSafe) {
    reasons.push('holdfast broke the audit with many connections open');
  }
  const overrun = arrivals.filter(({ judgement }) => !judgement.isSafe);
  reasons.push(
    ...overrun.map(
      ({ way, ratePerSecond }) => `${way} broke the audit at ${ratePerSecond} callers/s`,
    ),
  );
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons };
}

function aimsOf(ratios: Ratios) {
  const measured = ratioNames.filter((name) => ratios[name] !== null);
  return {
    reached: measured.filter((name) => reachesAim(name, ratios[name])),
    missed: measured.filter((name) => !reachesAim(name, ratios[name])),
    notMeasured: ratioNames.filter((name) => ratios[name] === null),
  };
}

function writerRowsOf({ writers }: Findings) {
  return [...Map.groupBy(writers, ({ writerCount }) => writerCount)].map(([count, group]) => ({
    writers: count,
    seatsPerSecond: toDigits(median(group.map(({ seatsPerSecond }) => seatsPerSecond))),
    p50Ms: medianOf(group, ({ p50Ms }) => p50Ms, 2),
    p99Ms: medianOf(group, ({ p99Ms }) => p99Ms),
    contended: sum(group.map(({ contendedCount }) => contendedCount)),
    safe: group.every(({ judgement }) => judgement.isSafe),
  }));
}
