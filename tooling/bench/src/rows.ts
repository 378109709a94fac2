import { median, sum } from '@holdfast/command';
import type { Measurement } from './measurement.ts';
import type { LoadName } from './plan.ts';
import { ways } from './ways/all.ts';

/** The medians of one way, or of one ceiling, under one load. */
export type Row = ReturnType<typeof rowOf>;

/** A ceiling. Those of a server have every figure that a way has. */
export type CeilingRow = ReturnType<typeof insertsRow> | ReturnType<typeof ceilingOf>;

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
  const inserts = insertsPerSecond.length === 0 ? [] : [insertsRow(insertsPerSecond)];
  return [...servers.map(ceilingOf), ...inserts];
}

function ceilingOf({ way: ceiling, connections, p50Ms, p99Ms, generatorMicros, ...row }: Row) {
  return {
    ceiling,
    connections,
    callsPerSecond: row.bookingsPerSecond,
    callsPerSecondMin: row.bookingsPerSecondMin,
    callsPerSecondMax: row.bookingsPerSecondMax,
    p50Ms,
    p99Ms,
    serverMicrosPerCall: row.serverMicrosPerBooking,
    generatorMicros,
  };
}

function insertsRow(rates: readonly number[]) {
  return {
    ceiling: 'set_based_insert',
    connections: null,
    callsPerSecond: toDigits(median(rates)),
    callsPerSecondMin: toDigits(Math.min(...rates)),
    callsPerSecondMax: toDigits(Math.max(...rates)),
    p50Ms: null,
    p99Ms: null,
    serverMicrosPerCall: null,
    generatorMicros: null,
  };
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

function rowOf(first: Measurement, group: readonly Measurement[]) {
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
    // Of the server's processes. In the loads sell_out, get and list, these are per answer.
    serverMicrosPerBooking: medianOf(group, ({ cost }) => cost.serverMicros) ?? 0,
    postgresMicrosPerBooking: medianOf(group, ({ cost }) => cost.postgresMicros),
    redisMicrosPerBooking: medianOf(group, ({ cost }) => cost.redisMicros),
    // For each answer.
    generatorMicros: medianOf(group, (one) => one.generatorMicros) ?? 0,
    // Of all rounds together.
    oversold: sum(judgements.map(({ oversold }) => oversold)),
    lost: sum(judgements.map(({ lost }) => lost)),
    broken: [...new Set(judgements.flatMap(({ broken }) => broken))].toSorted(),
    claimsSafe: ways.find(({ name }) => name === subject)?.claimsSafe ?? false,
    safe: judgements.every(({ isSafe }) => isSafe),
  };
}

const amongOrder: readonly Row['among'][] = ['ways', 'processes'];
const loadOrder: readonly LoadName[] = ['hot', 'sell_out', 'twenty', 'many', 'get', 'list'];
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

/** Rounded to so many digits after the point. */
export function toDigits(value: number, digits = 0): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
