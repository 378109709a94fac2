import type { Measurement } from './measurement.ts';
import { median } from './median.ts';
import type { OpenConnections } from './open-connections.ts';
import type { LoadName } from './plan.ts';
import type { WritersMeasurement } from './writers/measure-writers.ts';

/** The figures that are compared with an aim, in the order of the table. */
export const ratioNames = [
  'hot_over_empty',
  'lane_over_bare',
  'hot_over_atomic',
  'hot_over_guide',
  'refusal_over_empty',
  'many_over_one',
  'p99_ms_at_1000',
  'writers4_over_1',
  'c1000_over_c100',
  'rss_mib_at_10000',
] as const;

export type RatioName = (typeof ratioNames)[number];

/** What each should be: at least, or at most. */
export const aims: Readonly<
  Record<RatioName, { readonly min: number } | { readonly max: number }>
> = {
  hot_over_empty: { min: 0.8 },
  lane_over_bare: { min: 0.5 },
  hot_over_atomic: { min: 8 },
  hot_over_guide: { min: 100 },
  refusal_over_empty: { min: 0.9 },
  many_over_one: { min: 0.5 },
  p99_ms_at_1000: { max: 100 },
  writers4_over_1: { min: 0.8 },
  c1000_over_c100: { min: 0.9 },
  rss_mib_at_10000: { max: 600 },
};

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

type Rate = (round: number) => number | null;

/**
 * The ratios, each taken within a round and then the median over rounds, because only what was
 * measured side by side can be compared.
 *
 * @example ratiosOf(measured).hot_over_empty // { median: 0.83, min: 0.8, max: 0.86 }
 */
export function ratiosOf({ measurements, writers, openConnections }: Measured): Ratios {
  const find = (subject: string, load: LoadName, connections: number) => (round: number) =>
    measurements.find(
      (one) =>
        one.subject === subject &&
        one.load === load &&
        one.connections === connections &&
        one.among === 'ways' &&
        one.round === round,
    );
  const bookings = (subject: string, load: LoadName = 'hot', connections = 100): Rate => {
    const at = find(subject, load, connections);
    return (round) => at(round)?.bookingsPerSecond ?? null;
  };
  const seats =
    (writerCount: number): Rate =>
    (round) =>
      writers.find((one) => one.writerCount === writerCount && one.round === round)
        ?.seatsPerSecond ?? null;
  const roundCount = Math.max(0, ...[...measurements, ...writers].map(({ round }) => round + 1));
  const over = (one: Rate, other: Rate) =>
    ofRounds(roundCount, (round) => quotient(one(round), other(round)));

  const hot = bookings('holdfast');
  const empty = bookings('empty');
  const crowded = find('holdfast', 'hot', 1_000);
  const soldOut = find('holdfast', 'sell_out', 100);
  return {
    hot_over_empty: over(hot, empty),
    lane_over_bare: over(empty, bookings('bare')),
    hot_over_atomic: over(hot, bookings('one_update')),
    hot_over_guide: over(hot, bookings('guide_optimistic')),
    refusal_over_empty: over((round) => soldOut(round)?.refusalsPerSecond ?? null, empty),
    many_over_one: over(bookings('holdfast', 'many'), hot),
    p99_ms_at_1000: ofRounds(roundCount, (round) => crowded(round)?.p99Ms ?? null),
    writers4_over_1: over(seats(4), seats(1)),
    c1000_over_c100: over(bookings('holdfast', 'hot', 1_000), hot),
    rss_mib_at_10000: ofRounds(1, () => rssWithoutErrors(openConnections)),
  };
}

/** Memory is not small where connections broke. */
function rssWithoutErrors(measured: OpenConnections | null): number | null {
  if (measured?.status !== 'measured' || measured.errorCount > 0) return null;
  return measured.rssMiB;
}

/** Does a figure reach its aim? What was not measured does not. */
export function reachesAim(name: RatioName, ratio: Ratio | null): boolean {
  const aim = aims[name];
  if (ratio === null) return false;
  return 'min' in aim ? ratio.median >= aim.min : ratio.median <= aim.max;
}

function ofRounds(roundCount: number, valueOf: Rate): Ratio | null {
  const values = Array.from({ length: roundCount }, (_, round) => valueOf(round)).filter(
    (value) => value !== null,
  );
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function quotient(one: number | null, other: number | null): number | null {
  return one === null || other === null || other === 0 ? null : one / other;
}
