import { expect, test } from 'vitest';
import { rateBefore, recoveryMs, type Timeline, worstSecond } from '../src/chaos/recovery.ts';

const timeline: Timeline = {
  steadyAtMs: 1_000,
  injectedAtMs: 4_000,
  healedAtMs: 7_000,
  sentPerSecond: 100,
};
const untilMs = 12_000;

/** Answers at a steady rate in `[fromMs, toMs)`. */
function answers(fromMs: number, toMs: number, perSecond: number): readonly number[] {
  const count = Math.round(((toMs - fromMs) * perSecond) / 1_000);
  return Array.from({ length: count }, (_, index) => fromMs + (index * 1_000) / perSecond);
}
const before = answers(0, 4_000, 100);

test('the rate before is that of the steady time alone', () => {
  expect(rateBefore([...answers(0, 1_000, 5), ...answers(1_000, 4_000, 100)], timeline)).toBe(100);
});

test('what had piled up before does not raise the rate that must be reached again', () => {
  const all = [...answers(0, 4_000, 150), ...answers(7_000, untilMs, 95)];
  expect(recoveryMs(all, timeline, untilMs)).toBe(0);
});

test('the worst second is told, wherever it begins', () => {
  const all = [...before, ...answers(4_000, 5_500, 100), ...answers(6_000, untilMs, 100)];
  expect(worstSecond(all, timeline, untilMs)).toBe(50);
});

test('a service that never got worse recovers at once', () => {
  expect(recoveryMs(answers(0, untilMs, 100), timeline, untilMs)).toBe(0);
});

test('recovery ends where the first good second begins', () => {
  const after = [...answers(7_000, 9_000, 40), ...answers(9_000, untilMs, 100)];
  const ms = recoveryMs([...before, ...after], timeline, untilMs);
  // 90 of 100: the second may begin with a few tenths of the worse rate.
  expect(ms).toBeGreaterThanOrEqual(1_800);
  expect(ms).toBeLessThanOrEqual(2_000);
});

test.each([
  { perSecond: 89, expected: null },
  { perSecond: 90, expected: 0 },
])('90 % of the rate before is enough, and less is not: %o', ({ perSecond, expected }) => {
  const all = [...before, ...answers(7_000, untilMs, perSecond)];
  expect(recoveryMs(all, timeline, untilMs)).toBe(expected);
});

test('answers during the fault are no recovery', () => {
  const all = [...before, ...answers(4_000, 7_000, 500)];
  expect(recoveryMs(all, timeline, untilMs)).toBe(null);
});

test('a second that the load did not see whole does not count', () => {
  const all = [...before, ...answers(11_500, 13_000, 100)];
  expect(recoveryMs(all, timeline, 12_000)).toBe(null);
  expect(recoveryMs(all, timeline, 13_000)).not.toBe(null);
});

test('without a rate before there is nothing to come back to', () => {
  expect(recoveryMs(answers(5_000, untilMs, 100), timeline, untilMs)).toBe(null);
});
