import { expect, test } from 'vitest';
import { sweepEveryMs } from '../src/queues.ts';
import { isAlive } from '../src/schedule.ts';

const now = 1_800_000_000_000;

test.each([
  ['its next job is due within the second', { every: sweepEveryMs, next: now + 999 }, true],
  ['its job is running, or waits for a worker', { every: sweepEveryMs, next: now - 2_000 }, true],
  [
    'its next job never came: the chain is broken',
    { every: sweepEveryMs, next: now - 3_001 },
    false,
  ],
  ['it was made by a clock that is ahead', { every: sweepEveryMs, next: now + 3_600_000 }, false],
  ['it has another period, from another release', { every: 60_000, next: now + 500 }, false],
  ['it has no next job', { every: sweepEveryMs }, false],
])('a schedule of which %s', (_, schedule, expected) => {
  expect(isAlive(schedule, now)).toBe(expected);
});
