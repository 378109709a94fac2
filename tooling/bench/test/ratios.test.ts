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

test('memory at ten thousand connections counts only where none of them broke', () => {
  const open = {
    status: 'measured',
    connections: 10_000,
    rssMiB: 500,
    rssMiBBefore: 100,
    errorCount: 0,
    p99Ms: 1,
    judgement: { oversold: 0, lost: 0, broken: [], isSafe: true },
  } as const;
  const of = (errorCount: number) =>
    ratiosOf({ ...findingsOf(), openConnections: { ...open, errorCount } }).rss_mib_at_10000;
  expect(of(0)?.median).toBe(500);
  expect(of(1)).toBeNull();
});

test('an aim is a least, or of a latency and of memory a most', () => {
  const ratio = (value: number) => ({ median: value, min: value, max: value });
  expect(reachesAim('hot_over_empty', ratio(0.8))).toBe(true);
  expect(reachesAim('hot_over_empty', ratio(0.79))).toBe(false);
  expect(reachesAim('p99_ms_at_1000', ratio(100))).toBe(true);
  expect(reachesAim('p99_ms_at_1000', ratio(101))).toBe(false);
});
