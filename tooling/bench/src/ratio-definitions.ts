import type { Measurement } from './measurement.ts';
import type { OpenConnections } from './open-connections.ts';
import type { LoadName } from './plan.ts';
import type { WritersMeasurement } from './writers/measure-writers.ts';

/** What ratios are taken of. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  readonly writers: readonly WritersMeasurement[];
  readonly openConnections: OpenConnections | null;
}

/** A figure of one round; `null`: not measured in it. */
type Figure = (measured: Measured, round: number) => number | null;

type Aim = { readonly min: number } | { readonly max: number };

/** What a figure is of, what it should be (at least, or at most), and how it is taken. */
interface Definition {
  readonly title: string;
  readonly aim: Aim;
  readonly figure: Figure;
}

const hot = bookings('holdfast');
const crowded = bookings('holdfast', 'hot', 1_000);
const atomic = bookings('one_update');
const empty = bookings('empty');
const refusals = figureOf(['holdfast', 'sell_out', 100], (one) => one.refusalsPerSecond);
const twenty = bookings('holdfast', 'twenty');

/** The figures that are compared with an aim, in the order of the table. */
export const ratioDefinitions = {
  hot_over_empty: of(
    'Holdfast ÷ empty mutation, one event, 100 connections',
    { min: 0.85 },
    over(hot, empty),
  ),
  hot_over_empty_1000: of(
    'Holdfast ÷ empty mutation, 1,000 connections',
    { min: 0.9 },
    over(crowded, bookings('empty', 'hot', 1_000)),
  ),
  hot_over_atomic: of('Holdfast ÷ one atomic UPDATE', { min: 9 }, over(hot, atomic)),
  hot_over_guide: of(
    "Holdfast ÷ the guide's optimistic loop",
    { min: 20 },
    over(hot, bookings('guide_optimistic')),
  ),
  lone_over_atomic: of(
    'Holdfast ÷ one atomic UPDATE, one connection',
    { min: 1 },
    over(bookings('holdfast', 'hot', 1), bookings('one_update', 'hot', 1)),
  ),
  p99_ms_at_1000: of(
    'p99 at 1,000 connections, one event, in ms',
    { max: 100 },
    figureOf(['holdfast', 'hot', 1_000], (one) => one.p99Ms),
  ),
  p99_ms_at_10000: of(
    'p99 at 10,000 connections, one event, in ms',
    { max: 1_500 },
    withoutErrors((open) => open.p99Ms),
  ),
  node_us_a_booking_100: of(
    "api's processor time a booking at 100, in µs",
    { max: 40 },
    costAt(100, ({ serverMicros }) => serverMicros),
  ),
  node_us_a_booking_1000: of(
    "api's processor time a booking at 1,000, in µs",
    { max: 45 },
    costAt(1_000, ({ serverMicros }) => serverMicros),
  ),
  postgres_us_a_booking: of(
    "PostgreSQL's processor time a booking, in µs",
    { max: 14 },
    costAt(100, ({ postgresMicros }) => postgresMicros),
  ),
  commit_of_50_ms: of(
    'a commit of 50 seats, called straight, in ms',
    { max: 1.2 },
    (measured, round) => writersAt(1, measured, round)?.p50Ms ?? null,
  ),
  many_over_one: of(
    '10,000 events ÷ one event',
    { min: 0.9 },
    over(bookings('holdfast', 'many'), hot),
  ),
  many_over_one_1000: of(
    '10,000 events ÷ one event, 1,000 connections',
    { min: 0.9 },
    over(bookings('holdfast', 'many', 1_000), crowded),
  ),
  refusal_over_empty: of(
    'sold_out refusals ÷ empty mutation',
    { min: 0.95 },
    over(refusals, empty),
  ),
  own_over_atomic: of(
    'own tables ÷ one atomic UPDATE',
    { min: 4 },
    over(bookings('own_tables'), atomic),
  ),
  rest_over_lane: of(
    'Holdfast by plain HTTP ÷ Holdfast',
    { min: 0.5 },
    over(bookings('rest'), hot),
  ),
  order_over_singles: of(
    'bookings by orders of 5 ÷ single bookings, 20 events',
    { min: 1 / 3 },
    over(bookings('order', 'twenty'), twenty),
  ),
  lane_over_bare: of('empty mutation ÷ bare handler', { min: 0.5 }, over(empty, bookings('bare'))),
  c1000_over_c100: of('1,000 connections ÷ 100, one event', { min: 0.9 }, over(crowded, hot)),
  writers4_over_1: of(
    'commit called straight, 4 processes ÷ 1, one event',
    { min: 0.8 },
    over(seats(4), seats(1)),
  ),
  rss_mib_at_10000: of(
    'memory at 10,000 connections, in MiB, no error',
    { max: 600 },
    withoutErrors((open) => open.rssMiB),
  ),
  generator_headroom: of(
    'a server that does nothing ÷ the fastest other',
    { min: 2 },
    over(bookings('nothing'), fastestOfAll),
  ),
} as const satisfies Readonly<Record<string, Definition>>;

export type RatioName = keyof typeof ratioDefinitions;

function of(title: string, aim: Aim, figure: Figure): Definition {
  return { title, aim, figure };
}

function bookings(subject: string, load: LoadName = 'hot', connections = 100): Figure {
  return figureOf([subject, load, connections], (one) => one.bookingsPerSecond);
}

function costAt(connections: number, micros: (cost: Measurement['cost']) => number | null): Figure {
  return figureOf(['holdfast', 'hot', connections], ({ cost }) => micros(cost));
}

function figureOf(
  [subject, load, connections]: readonly [string, LoadName, number],
  figure: (one: Measurement) => number | null,
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
    return found === undefined ? null : figure(found);
  };
}

/** Answers a second, of whatever kind. */
function fastestOfAll({ measurements }: Measured, at: number): number | null {
  const rates = measurements
    .filter(({ round, subject }) => round === at && subject !== 'nothing')
    .flatMap((one) => [one.bookingsPerSecond, one.readsPerSecond, one.refusalsPerSecond ?? 0]);
  return rates.length === 0 ? null : Math.max(...rates);
}

function writersAt(count: number, { writers }: Measured, at: number): WritersMeasurement | null {
  const isIt = (one: WritersMeasurement) => one.writerCount === count && one.round === at;
  return writers.find(isIt) ?? null;
}

function seats(count: number): Figure {
  return (measured, round) => writersAt(count, measured, round)?.seatsPerSecond ?? null;
}

function over(one: Figure, other: Figure): Figure {
  return (measured, round) => {
    const [above, below] = [one(measured, round), other(measured, round)];
    return above === null || below === null || below === 0 ? null : above / below;
  };
}

type Open = Extract<OpenConnections, { status: 'measured' }>;

/** Neither memory nor a latency is small where connections broke. Measured once: as of the first round. */
function withoutErrors(figure: (open: Open) => number | null): Figure {
  return ({ openConnections: open }, round) => {
    if (round > 0 || open?.status !== 'measured' || open.errorCount > 0) return null;
    return figure(open);
  };
}
