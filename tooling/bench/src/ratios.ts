import { median } from '@holdfast/command';
import type { Measurement } from './measurement.ts';
import type { OpenConnections } from './open-connections.ts';
import type { LoadName } from './plan.ts';
import type { WritersMeasurement } from './writers/measure-writers.ts';

/** The figures that are compared with an aim, in the order of the table. */
export const ratioNames = [
  'hot_over_empty',
  'lane_over_bare',
  'rest_over_lane',
  'order_over_singles',
  'hot_over_atomic',
  'own_over_atomic',
  'hot_over_guide',
  'refusal_over_empty',
  'many_over_one',
  'p99_ms_at_1000',
  'writers4_over_1',
  'c1000_over_c100',
  'rss_mib_at_10000',
] as const;

export type RatioName = (typeof ratioNames)[number];

/** Something for each ratio, in their order. */
export function byRatio<T>(of: (name: RatioName) => T): Readonly<Record<RatioName, T>> {
  return {
    hot_over_empty: of('hot_over_empty'),
    lane_over_bare: of('lane_over_bare'),
    rest_over_lane: of('rest_over_lane'),
    order_over_singles: of('order_over_singles'),
    hot_over_atomic: of('hot_over_atomic'),
    own_over_atomic: of('own_over_atomic'),
    hot_over_guide: of('hot_over_guide'),
    refusal_over_empty: of('refusal_over_empty'),
    many_over_one: of('many_over_one'),
    p99_ms_at_1000: of('p99_ms_at_1000'),
    writers4_over_1: of('writers4_over_1'),
    c1000_over_c100: of('c1000_over_c100'),
    rss_mib_at_10000: of('rss_mib_at_10000'),
  };
}

/** A figure of several rounds. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `null`: not measured. */
export type Ratios = Readonly<Record<RatioName, Ratio | null>>;

export interface Measured {
  readonly measurements: readonly Measurement[];
  readonly writers: readonly WritersMeasurement[];
  readonly openConnections: OpenConnections | null;
}

/** A figure of one round; `null`: not measured in it. */
type Figure = (measured: Measured, round: number) => number | null;

/** What a ratio is of, what it should be (at least, or at most), and how it is taken. */
type Definition = readonly [
  title: string,
  aim: { readonly min: number } | { readonly max: number },
  figure: Figure,
];

const hot = bookings('holdfast');
const atomic = bookings('one_update');
const empty = bookings('empty');
const refusals = figureOf(['holdfast', 'sell_out', 100], (one) => one.refusalsPerSecond);
const p99At1000 = figureOf(['holdfast', 'hot', 1_000], (one) => one.p99Ms);
const many = bookings('holdfast', 'many');
const crowded = bookings('holdfast', 'hot', 1_000);
const guide = bookings('guide_optimistic');

export const ratioDefinitions: Readonly<Record<RatioName, Definition>> = {
  hot_over_empty: [
    'Holdfast ÷ empty mutation, one event, 100 connections',
    { min: 0.8 },
    over(hot, empty),
  ],
  lane_over_bare: ['empty mutation ÷ bare handler', { min: 0.5 }, over(empty, bookings('bare'))],
  rest_over_lane: ['Holdfast by plain HTTP ÷ Holdfast', { min: 0.5 }, over(bookings('rest'), hot)],
  order_over_singles: [
    'bookings by orders of 5 ÷ single bookings, 20 events',
    { min: 1 / 3 },
    over(bookings('order', 'twenty'), bookings('holdfast', 'twenty')),
  ],
  hot_over_atomic: ['Holdfast ÷ one atomic UPDATE', { min: 8 }, over(hot, atomic)],
  own_over_atomic: [
    'own tables ÷ one atomic UPDATE',
    { min: 4 },
    over(bookings('own_tables'), atomic),
  ],
  hot_over_guide: ["Holdfast ÷ the guide's optimistic loop", { min: 100 }, over(hot, guide)],
  refusal_over_empty: ['sold_out refusals ÷ empty mutation', { min: 0.9 }, over(refusals, empty)],
  many_over_one: ['10,000 events ÷ one event', { min: 0.5 }, over(many, hot)],
  p99_ms_at_1000: ['p99 at 1,000 connections, one event, in ms', { max: 100 }, p99At1000],
  writers4_over_1: [
    'commit called straight, 4 processes ÷ 1, one event',
    { min: 0.8 },
    over(seats(4), seats(1)),
  ],
  c1000_over_c100: ['1,000 connections ÷ 100, one event', { min: 0.9 }, over(crowded, hot)],
  rss_mib_at_10000: [
    'memory at 10,000 connections, in MiB, no error',
    { max: 600 },
    rssWithoutErrors,
  ],
};

/**
 * The ratios, each taken within a round and then the median over rounds, because only what was
 * measured side by side can be compared.
 *
 * @example ratiosOf(measured).hot_over_empty // { median: 0.83, min: 0.8, max: 0.86 }
 */
export function ratiosOf(measured: Measured): Ratios {
  const rounds = [...measured.measurements, ...measured.writers].map(({ round }) => round);
  // What is measured once counts as of the first.
  const roundCount = Math.max(0, ...rounds) + 1;
  return byRatio((name) => {
    const [, , figure] = ratioDefinitions[name];
    const values = Array.from({ length: roundCount }, (_, round) => figure(measured, round)).filter(
      (value) => value !== null,
    );
    if (values.length === 0) return null;
    return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
  });
}

/** Does a figure reach its aim? What was not measured does not. */
export function reachesAim(name: RatioName, ratio: Ratio | null): boolean {
  const [, aim] = ratioDefinitions[name];
  if (ratio === null) return false;
  return 'min' in aim ? ratio.median >= aim.min : ratio.median <= aim.max;
}

function bookings(subject: string, load: LoadName = 'hot', connections = 100): Figure {
  return figureOf([subject, load, connections], (one) => one.bookingsPerSecond);
}

function figureOf(
  [subject, load, connections]: readonly [string, LoadName, number],
  of: (one: Measurement) => number | null,
): Figure {
  return ({ measurements }, round) => {
    const found = measurements.find(
      (one) =>
        one.subject === subject &&
        one.load === load &&
        one.connections === connections &&
        one.among === 'ways' &&
        one.round === round,
    );
    return found === undefined ? null : of(found);
  };
}

function seats(count: number): Figure {
  return ({ writers }, at) =>
    writers.find(({ writerCount, round }) => writerCount === count && round === at)
      ?.seatsPerSecond ?? null;
}

function over(one: Figure, other: Figure): Figure {
  return (measured, round) => {
    const [above, below] = [one(measured, round), other(measured, round)];
    return above === null || below === null || below === 0 ? null : above / below;
  };
}

/** Memory is not small where connections broke. */
function rssWithoutErrors({ openConnections: found }: Measured, round: number): number | null {
  if (round > 0 || found?.status !== 'measured' || found.errorCount > 0) return null;
  return found.rssMiB;
}
