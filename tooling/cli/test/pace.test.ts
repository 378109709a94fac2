import { expect, test } from 'vitest';
import { pace, percentile } from '../src/load/pace.ts';
import { confirmed, historyOf, lost, soldOut } from './crowd-of.ts';

test('a percentile is a value that was measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([50, 90, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([
    50, 90, 99, 100,
  ]);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 99)).toBeNull();
});

test('latency runs from arrival to answer', () => {
  expect(pace(historyOf(confirmed, soldOut)).latencyMs).toEqual({
    p50: 100,
    p90: 100,
    p99: 100,
    max: 100,
  });
});

test('an error has no latency: a refused connection must not look like a quick answer', () => {
  const { latencyMs, lastAnswerMs } = pace(historyOf(lost, lost));
  expect(latencyMs).toEqual({ p50: null, p90: null, p99: null, max: null });
  expect(lastAnswerMs).toBe(110);
});

test('bookings a second count confirmations up to the last one, not the refusals after it', () => {
  const { bookingsPerSecond, lastConfirmedMs } = pace(
    historyOf(confirmed, confirmed, soldOut, soldOut),
  );
  expect(lastConfirmedMs).toBe(110);
  expect(bookingsPerSecond).toBe(18.2);
});

test('no confirmation, no bookings a second', () => {
  expect(pace(historyOf(soldOut)).bookingsPerSecond).toBe(0);
});
