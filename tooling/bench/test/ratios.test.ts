import { expect, test } from 'vitest';
import { ratiosOf, reachesAim } from '../src/ratios.ts';
import { ceiling, findingsOf, measurement } from './measured.ts';

const ofRounds = (holdfast: readonly number[], empty: readonly number[]) =>
  ratiosOf(
    findingsOf(
      ...holdfast.map((rate, round) => ({ ...measurement, round, bookingsPerSecond: rate })),
      ...empty.map((rate, round) => ({ ...ceiling, round, bookingsPerSecond: rate })),
    ),
  );

test('a ratio is taken within a round, and then the median over rounds', () => {
  // The medians of each, 200 and 200, would say 1.
  const { hot_over_empty: ratio } = ofRounds([100, 200, 300], [200, 400, 100]);
  expect(ratio).toEqual({ median: 0.5, min: 0.5, max: 3 });
});

test('what was not measured has no ratio, and reaches no aim', () => {
  const ratios = ratiosOf(findingsOf(measurement));
  expect(ratios.hot_over_empty).toBeNull();
  expect(reachesAim('hot_over_empty', null)).toBe(false);
});

test('runs beside other numbers of processes count in no ratio of ways', () => {
  const elsewhere = { ...measurement, among: 'processes', bookingsPerSecond: 9 } as const;
  const ratios = ratiosOf(findingsOf(elsewhere, measurement, ceiling));
  expect(ratios.hot_over_empty?.median).toBe(1);
});

test('memory and latency at ten thousand connections count only where none of them broke', () => {
  const open = {
    status: 'measured',
    connections: 10_000,
    rssMiB: 500,
    rssMiBBefore: 100,
    errorCount: 0,
    bookingsPerSecond: 9_000,
    p99Ms: 1_200,
    judgement: { oversold: 0, lost: 0, broken: [], isSafe: true },
  } as const;
  const of = (errorCount: number) =>
    ratiosOf({ ...findingsOf(), openConnections: { ...open, errorCount } });
  expect(of(0).rss_mib_at_10000?.median).toBe(500);
  expect(of(0).p99_ms_at_10000?.median).toBe(1_200);
  expect(of(1).rss_mib_at_10000).toBeNull();
  expect(of(1).p99_ms_at_10000).toBeNull();
});

test('an aim is a least, or of a latency and of memory a most', () => {
  const ratio = (value: number) => ({ median: value, min: value, max: value });
  expect(reachesAim('hot_over_empty', ratio(0.85))).toBe(true);
  expect(reachesAim('hot_over_empty', ratio(0.84))).toBe(false);
  expect(reachesAim('p99_ms_at_1000', ratio(100))).toBe(true);
  expect(reachesAim('p99_ms_at_1000', ratio(101))).toBe(false);
});

test('the generator has headroom over the fastest answers of a round, of whatever kind', () => {
  const nothing = { ...ceiling, subject: 'nothing', bookingsPerSecond: 60_000 };
  const storm = { ...measurement, load: 'sell_out', refusalsPerSecond: 40_000 } as const;
  const ratios = ratiosOf(findingsOf(nothing, ceiling, measurement, storm));
  expect(ratios.generator_headroom?.median).toBe(1.5);
  expect(reachesAim('generator_headroom', ratios.generator_headroom)).toBe(false);
});

test('processor time and the duration of a commit are figures with an aim, too', () => {
  const writer = { writerCount: 1, seatsPerSecond: 1, p50Ms: 1.1, p99Ms: 3, contendedCount: 0 };
  const judgement = { oversold: 0, lost: 0, broken: [], isSafe: true };
  const writers = [{ ...writer, round: 0, judgement }];
  const crowded = {
    ...measurement,
    connections: 1_000,
    cost: { ...measurement.cost, serverMicros: 90 },
  };
  const ratios = ratiosOf({ ...findingsOf(measurement, crowded), writers });
  expect(ratios.node_us_a_booking_100?.median).toBe(200);
  expect(ratios.node_us_a_booking_1000?.median).toBe(90);
  expect(ratios.postgres_us_a_booking?.median).toBe(40);
  expect(ratios.commit_of_50_ms?.median).toBe(1.1);
});
