import { median, sum } from '@holdfast/command';
import type { Measurement } from './measurement.ts';
import type { LoadName } from './plan.ts';
import { ways } from './ways/all.ts';

/** The medians of one way, or of one ceiling, under one load. */
export interface Row {
  readonly way: string;
  readonly load: LoadName;
  readonly connections: number;
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
  readonly bytesPerBooking: number;
  readonly generatorShare: number;
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

/** A row for each way under each load, in the order of the tables. */
export function rowsOf(measurements: readonly Measurement[]): readonly Row[] {
  return groupsOf(measurements.filter(({ judgement }) => judgement !== null));
}

/** A row for each ceiling: what books nothing is judged by nobody. */
export function ceilingsOf(
  measurements: readonly Measurement[],
  insertsPerSecond: readonly number[],
): readonly CeilingRow[] {
  const servers = groupsOf(measurements.filter(({ judgement }) => judgement === null));
  const ceilings = servers.map((row): CeilingRow => {
    const { way: ceiling, connections, p50Ms, p99Ms, generatorShare } = row;
    return {
      ceiling,
      connections,
      callsPerSecond: row.bookingsPerSecond,
      callsPerSecondMin: row.bookingsPerSecondMin,
      callsPerSecondMax: row.bookingsPerSecondMax,
      p50Ms,
      p99Ms,
      serverMicrosPerCall: row.serverMicrosPerBooking,
      bytesPerCall: row.bytesPerBooking,
      generatorShare,
    };
  });
  if (insertsPerSecond.length === 0) return ceilings;
  const inserts: CeilingRow = {
    ceiling: 'set_based_insert',
    connections: null,
    callsPerSecond: toDigits(median(insertsPerSecond)),
    callsPerSecondMin: toDigits(Math.min(...insertsPerSecond)),
    callsPerSecondMax: toDigits(Math.max(...insertsPerSecond)),
    p50Ms: null,
    p99Ms: null,
    serverMicrosPerCall: null,
    bytesPerCall: null,
    generatorShare: null,
  };
  return [...ceilings, inserts];
}

function groupsOf(measurements: readonly Measurement[]): readonly Row[] {
  const groups = Map.groupBy(
    measurements,
    ({ subject, load, connections, among, processCount }) =>
      `${subject} ${load} ${connections} ${among} ${processCount}`,
  );
  const rows = [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [rowOf(first, [first, ...others])],
  );
  return rows.toSorted(byPlace);
}

function rowOf(first: Measurement, group: readonly Measurement[]): Row {
  const { subject, load, connections, among, processCount } = first;
  const rates = group.map(({ bookingsPerSecond }) => bookingsPerSecond);
  const judgements = group.flatMap(({ judgement }) => judgement ?? []);
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
    failedShare: medianOf(group, (one) => one.failedShare, 3) ?? 0,
    serverMicrosPerBooking: medianOf(group, ({ cost }) => cost.serverMicros) ?? 0,
    postgresMicrosPerBooking: medianOf(group, ({ cost }) => cost.postgresMicros),
    redisMicrosPerBooking: medianOf(group, ({ cost }) => cost.redisMicros),
    bytesPerBooking: medianOf(group, ({ cost }) => cost.bytes) ?? 0,
    generatorShare: medianOf(group, (one) => one.generatorShare, 2) ?? 0,
    oversold: sum(judgements.map(({ oversold }) => oversold)),
    lost: sum(judgements.map(({ lost }) => lost)),
    broken: [...new Set(judgements.flatMap(({ broken }) => broken))].toSorted(),
    claimsSafe: ways.find(({ name }) => name === subject)?.claimsSafe ?? false,
    safe: judgements.every(({ isSafe }) => isSafe),
  };
}

const amongOrder: readonly Row['among'][] = ['ways', 'processes'];
const loadOrder: readonly LoadName[] = ['hot', 'sell_out', 'many', 'reads'];
const subjectOrder = [...ways.map(({ name }) => name), 'bare', 'stock', 'empty'];

/** As the tables have them, whatever the order in which they were measured. */
function byPlace(one: Row, other: Row): number {
  return (
    amongOrder.indexOf(one.among) - amongOrder.indexOf(other.among) ||
    loadOrder.indexOf(one.load) - loadOrder.indexOf(other.load) ||
    one.connections - other.connections ||
    subjectOrder.indexOf(one.way) - subjectOrder.indexOf(other.way) ||
    one.processes - other.processes
  );
}

/** Rounded to so many digits; `null` where no round has the figure. */
export function medianOf<T>(
  group: readonly T[],
  of: (one: T) => number | null,
  digits = 1,
): number | null {
  const values = group.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : toDigits(median(values), digits);
}

export function toDigits(value: number, digits = 0): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
