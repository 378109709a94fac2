import { expect, test } from 'vitest';
import { isAlive } from '../../src/jobs/schedule.ts';

const now = 1_800_000_000_000;
const everyMs = 1_000;

test.each([
  ['its next job is due within the second', { every: everyMs, next: now + 999 }, true],
  ['its job is running, or waits for a worker', { every: everyMs, next: now - 2_000 }, true],
  ['its next job never came: the chain is broken', { every: everyMs, next: now - 3_001 }, false],
  ['it was made by a clock that is ahead', { every: everyMs, next: now + 3_600_000 }, false],
  ['it has another period, from another release', { every: 60_000, next: now + 500 }, false],
  ['it has no next job', { every: everyMs }, false],
])('a schedule of which %s', (_, schedule, expected) => {
  expect(isAlive(schedule, { everyMs, now })).toBe(expected);
});

test('a schedule of a minute may have its next job a minute ahead, and not two', () => {
  const isAliveWith = (next: number) => isAlive({ every: 60_000, next }, { everyMs: 60_000, now });
  expect(isAliveWith(now + 60_000)).toBe(true);
  expect(isAliveWith(now + 120_000)).toBe(false);
  expect(isAliveWith(now - 3_001)).toBe(false);
});
