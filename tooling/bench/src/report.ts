import { availableParallelism } from 'node:os';
import type { LayerRow } from './layers/layer.ts';
import type { Measurement } from './measurement.ts';
import { median } from './median.ts';
import type { OpenConnections } from './open-connections.ts';
import type { BenchPlan, LoadName } from './plan.ts';
import {
  type Measured,
  type Ratio,
  type RatioName,
  ratioNames,
  type Ratios,
  ratiosOf,
  reachesAim,
} from './ratios.ts';
import { byPlace } from './row-order.ts';
import { ways } from './ways/all.ts';

/** Everything that a bench found. */
export interface Findings extends Measured {
  readonly plan: BenchPlan;
  /** Rows a second that PostgreSQL takes where nothing is decided, one a round. */
  readonly setBasedInserts: readonly number[];
  readonly layers: readonly LayerRow[];
}

/** The medians of one way, or of one ceiling, under one load. */
export interface Row {
  readonly way: string;
  readonly load: LoadName;
  readonly connections: number;
  /** Beside other ways, or beside other numbers of processes. */
  readonly among: Measurement['among'];
  readonly processes: number;
  readonly bookingsPerSecond: number;
  readonly bookingsPerSecondMin: number;
  readonly bookingsPerSecondMax: number;
  readonly refusalsPerSecond: number | null;
  readonly readsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly failedShare: number;
  /** Per booking; in the loads sell_out and reads, per answer. Of the server's processes. */
  readonly serverMicrosPerBooking: number;
  readonly postgresMicrosPerBooking: number | null;
  readonly redisMicrosPerBooking: number | null;
  /** Sent and received. */
  readonly bytesPerBooking: number;
  /** The part of one core that the load generator took. */
  readonly generatorShare: number;
  /** Of all rounds together. */
  readonly oversold: number;
  readonly lost: number;
  /** The invariants that were broken in any round. */
  readonly broken: readonly string[];
  readonly claimsSafe: boolean;
  readonly safe: boolean;
}

/** A ceiling. Those of a server have every figure that a way has. */
export interface CeilingRow {
  readonly ceiling: string;
  readonly connections: number | null;
  readonly callsPerSecond: number;
  readonly callsPerSecondMin: number;
  readonly callsPerSecondMax: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly serverMicrosPerCall: number | null;
  readonly bytesPerCall: number | null;
  readonly generatorShare: number | null;
}

/** What `--json` prints. */
export interface Report {
  readonly mode: BenchPlan['mode'];
  readonly rounds: number;
  /** Of what only stands in tables. */
  readonly furtherRounds: number;
  readonly machine: { readonly cores: number; readonly node: string; readonly platform: string };
  readonly rows: readonly Row[];
  readonly ceilings: readonly CeilingRow[];
  /** Medians; `null`: not measured. */
  readonly ratios: Readonly<Record<keyof Ratios, number | null>>;
  readonly ratioSpreads: Ratios;
  readonly writers: readonly WriterRow[];
  readonly openConnections: OpenConnections | null;
  readonly layers: readonly LayerRow[];
  readonly aims: Aims;
  readonly verdict: Verdict;
}

/** Which figures reached their aims. That is about speed, and decides nothing: see Verdict. */
export interface Aims {
  readonly reached: readonly RatioName[];
  readonly missed: readonly RatioName[];
  readonly notMeasured: readonly RatioName[];
}

export interface WriterRow {
  readonly writers: number;
  readonly seatsPerSecond: number;
  readonly p99Ms: number | null;
  readonly contended: number;
  readonly safe: boolean;
}

/** Why a bench fails: ways that claim to be safe and are not. Empty reasons: it passes. */
export interface Verdict {
  readonly verdict: 'pass' | 'fail';
  readonly reasons: readonly string[];
}

/** Puts the findings together: medians, spreads, ratios, and the verdict. */
export function reportOn(findings: Findings): Report {
  const { plan, measurements, setBasedInserts, openConnections, layers } = findings;
  const rows = rowsOf(measurements);
  const writers = writerRowsOf(findings);
  const ratioSpreads = ratiosOf(findings);
  const rounds = Math.max(0, ...measurements.map(({ round }) => round + 1));
  return {
    mode: plan.mode,
    rounds,
    furtherRounds: Math.min(rounds, plan.furtherRoundCount),
    machine: { cores: availableParallelism(), node: process.version, platform: process.platform },
    rows,
    ceilings: ceilingsOf(measurements, setBasedInserts),
    ratios: mediansOf(ratioSpreads),
    ratioSpreads,
    writers,
    openConnections,
    layers,
    aims: aimsOf(ratioSpreads),
    verdict: verdictOn({ rows, writers, openConnections }),
  };
}

/**
 * A way that claims to be safe and oversold, lost a booking or broke an invariant fails the bench.
 * How fast anything was does not.
 */
function verdictOn({
  rows,
  writers,
  openConnections,
}: Pick<Report, 'rows' | 'writers' | 'openConnections'>): Verdict {
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
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons };
}

function aimsOf(ratios: Ratios): Aims {
  const measured = ratioNames.filter((name) => ratios[name] !== null);
  return {
    reached: measured.filter((name) => reachesAim(name, ratios[name])),
    missed: measured.filter((name) => !reachesAim(name, ratios[name])),
    notMeasured: ratioNames.filter((name) => ratios[name] === null),
  };
}

function rowsOf(measurements: readonly Measurement[]): readonly Row[] {
  const groups = groupsOf(measurements.filter(({ judgement }) => judgement !== null));
  return [...groups.values()].map(rowOf).toSorted(byPlace);
}

function groupsOf(measurements: readonly Measurement[]) {
  return Map.groupBy(
    measurements,
    ({ subject, load, connections, among, processCount }) =>
      `${subject} ${load} ${connections} ${among} ${processCount}`,
  );
}

function rowOf(group: readonly Measurement[]): Row {
  const [first] = group;
  if (first === undefined) throw new Error('A group has a member.');
  const { subject, load, connections, among, processCount } = first;
  const rates = group.map(({ bookingsPerSecond }) => bookingsPerSecond);
  const judgements = group.flatMap(({ judgement }) => judgement ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    way: subject,
    load,
    connections,
    among,
    processes: processCount,
    bookingsPerSecond: toDigits(median(rates)),
    bookingsPerSecondMin: toDigits(Math.min(...rates)),
    bookingsPerSecondMax: toDigits(Math.max(...rates)),
    refusalsPerSecond: medianOf(group, (one) => one.refusalsPerSecond),
    readsPerSecond: medianOf(group, (one) => one.readsPerSecond) ?? 0,
    p50Ms: medianOf(group, (one) => one.p50Ms),
    p99Ms: medianOf(group, (one) => one.p99Ms),
    failedShare: toDigits(median(group.map(({ failedShare }) => failedShare)), 3),
    serverMicrosPerBooking: medianOf(group, ({ cost }) => cost.serverMicros) ?? 0,
    postgresMicrosPerBooking: medianOf(group, ({ cost }) => cost.postgresMicros),
    redisMicrosPerBooking: medianOf(group, ({ cost }) => cost.redisMicros),
    bytesPerBooking: medianOf(group, ({ cost }) => cost.bytes) ?? 0,
    generatorShare: toDigits(median(group.map(({ generatorShare }) => generatorShare)), 2),
    oversold: sum(judgements.map(({ oversold }) => oversold)),
    lost: sum(judgements.map(({ lost }) => lost)),
    broken: [...new Set(judgements.flatMap(({ broken }) => broken))].toSorted(),
    claimsSafe: ways.find(({ name }) => name === subject)?.claimsSafe ?? false,
    safe: judgements.every(({ isSafe }) => isSafe),
  };
}

function ceilingsOf(
  measurements: readonly Measurement[],
  setBasedInserts: readonly number[],
): readonly CeilingRow[] {
  const servers = [...groupsOf(measurements.filter(({ judgement }) => judgement === null)).values()]
    .map(rowOf)
    .toSorted(byPlace)
    .map((row) => ({
      ceiling: row.way,
      connections: row.connections,
      callsPerSecond: row.bookingsPerSecond,
      callsPerSecondMin: row.bookingsPerSecondMin,
      callsPerSecondMax: row.bookingsPerSecondMax,
      p50Ms: row.p50Ms,
      p99Ms: row.p99Ms,
      serverMicrosPerCall: row.serverMicrosPerBooking,
      bytesPerCall: row.bytesPerBooking,
      generatorShare: row.generatorShare,
    }));
  if (setBasedInserts.length === 0) return servers;
  const inserts: CeilingRow = {
    ceiling: 'set_based_insert',
    connections: null,
    callsPerSecond: toDigits(median(setBasedInserts)),
    callsPerSecondMin: toDigits(Math.min(...setBasedInserts)),
    callsPerSecondMax: toDigits(Math.max(...setBasedInserts)),
    p50Ms: null,
    p99Ms: null,
    serverMicrosPerCall: null,
    bytesPerCall: null,
    generatorShare: null,
  };
  return [...servers, inserts];
}

function writerRowsOf({ writers }: Findings): readonly WriterRow[] {
  return [...Map.groupBy(writers, ({ writerCount }) => writerCount)].map(([count, group]) => ({
    writers: count,
    seatsPerSecond: toDigits(median(group.map(({ seatsPerSecond }) => seatsPerSecond))),
    p99Ms: medianOf(group, ({ p99Ms }) => p99Ms),
    contended: group.reduce((sum, { contendedCount }) => sum + contendedCount, 0),
    safe: group.every(({ judgement }) => judgement.isSafe),
  }));
}

/** `null` where no round has the figure. */
function medianOf<T>(group: readonly T[], of: (one: T) => number | null): number | null {
  const values = group.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : toDigits(median(values), 1);
}

function mediansOf(ratios: Ratios): Report['ratios'] {
  const of = (name: RatioName) => rounded(ratios[name]);
  return {
    hot_over_empty: of('hot_over_empty'),
    lane_over_bare: of('lane_over_bare'),
    hot_over_atomic: of('hot_over_atomic'),
    hot_over_guide: of('hot_over_guide'),
    refusal_over_empty: of('refusal_over_empty'),
    many_over_one: of('many_over_one'),
    p99_ms_at_1000: of('p99_ms_at_1000'),
    writers4_over_1: of('writers4_over_1'),
    c1000_over_c100: of('c1000_over_c100'),
    rss_mib_at_10000: of('rss_mib_at_10000'),
  };
}

function rounded(ratio: Ratio | null): number | null {
  return ratio && toDigits(ratio.median, 3);
}

/** Rounded to so many digits after the point. */
function toDigits(value: number, digits = 0): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
