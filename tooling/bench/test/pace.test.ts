import { expect, test } from 'vitest';
import type { AnswerStatus } from '../src/load/answer.ts';
import type { Answered, Load } from '../src/load/load.ts';
import { paceOf } from '../src/pace.ts';

const every = (status: AnswerStatus, stepMs: number, [from, to]: readonly [number, number]) =>
  Array.from({ length: (to - from) / stepMs }, (_, index): Answered => {
    const atMs = from + index * stepMs;
    return { status, bookingId: 'b', atMs, latencyMs: index % 10, isFirst: false };
  });

const loadOf = (answers: readonly Answered[], wholeUntilMs: number): Load => ({
  answers,
  wholeUntilMs,
  errorCount: 0,
});

test('bookings are counted from the first answer until the load is no longer whole', () => {
  const answers = every('confirmed', 1, [100, 1_300]);
  expect(paceOf(loadOf(answers, 1_100)).bookingsPerSecond).toBeCloseTo(1_000);
});

test('while connections are opened, nothing is counted', () => {
  const opening = every('confirmed', 1, [0, 300]).map((one) => ({ ...one, isFirst: true }));
  const answers = [...opening, ...every('confirmed', 2, [301, 1_299])];
  expect(paceOf(loadOf(answers, 1_299)).bookingsPerSecond).toBeCloseTo(499);
});

test('refusals are counted after the last booking', () => {
  const answers = [...every('confirmed', 10, [0, 500]), ...every('sold_out', 1, [500, 1_500])];
  const { refusalsPerSecond, bookingsPerSecond } = paceOf(loadOf(answers, 1_490));
  expect(refusalsPerSecond).toBeCloseTo(991);
  // 50 in 490 ms.
  expect(bookingsPerSecond).toBeCloseTo(102, 0);
});

test('what did not sell out has no storm of refusals', () => {
  const answers = [...every('sold_out', 1, [0, 500]), ...every('confirmed', 1, [500, 1_000])];
  expect(paceOf(loadOf(answers, 1_000)).refusalsPerSecond).toBeNull();
});

test('broken connections and unexpected answers are failures, and no bookings', () => {
  const answers = [...every('confirmed', 1, [0, 50]), ...every('failed', 1, [50, 90])];
  const { failedShare } = paceOf({ ...loadOf(answers, 100), errorCount: 10 });
  expect(failedShare).toBeCloseTo(0.5);
});

test('nothing answered is no pace at all', () => {
  expect(paceOf(loadOf([], 1_000))).toMatchObject({
    bookingsPerSecond: 0,
    p50Ms: null,
    p99Ms: null,
  });
});

test("a connection's first answer is no latency of a booking, unless there is no other", () => {
  const first = every('confirmed', 1, [1, 2]).map((one) => ({
    ...one,
    latencyMs: 900,
    isFirst: true,
  }));
  const later = every('confirmed', 1, [2, 3]).map((one) => ({ ...one, latencyMs: 3 }));
  expect(paceOf(loadOf([...first, ...later], 10)).p99Ms).toBe(3);
  expect(paceOf(loadOf(first, 10)).p99Ms).toBe(900);
});
