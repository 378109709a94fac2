import { expect, test } from 'vitest';
import { pace } from '../src/judge/pace.ts';
import { confirmed, callsOf, lost, soldOut } from './crowd-of.ts';

test('latency runs from arrival to answer', () => {
  expect(pace(callsOf(confirmed, soldOut)).latencyMs).toEqual({
    p50: 100,
    p90: 100,
    p99: 100,
    max: 100,
  });
});

test('an error has no latency: a refused connection must not look like a quick answer', () => {
  const { latencyMs, lastAnswerMs } = pace(callsOf(lost, lost));
  expect(latencyMs).toEqual({ p50: null, p90: null, p99: null, max: null });
  expect(lastAnswerMs).toBe(110);
});

test('bookings a second count confirmations up to the last one, not the refusals after it', () => {
  const { bookingsPerSecond, lastConfirmedMs } = pace(
    callsOf(confirmed, confirmed, soldOut, soldOut),
  );
  expect(lastConfirmedMs).toBe(110);
  expect(bookingsPerSecond).toBe(18.2);
});

test('no confirmation, no bookings a second', () => {
  expect(pace(callsOf(soldOut)).bookingsPerSecond).toBe(0);
});
