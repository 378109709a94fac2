import { expect, test } from 'vitest';
import { DatabaseClock } from '../src/commit/database-clock.ts';

test('nothing is known of the time there before the first answer, nor a second after the last', () => {
  const clock = new DatabaseClock();
  expect(clock.now(0)).toBe(null);
  clock.observe(50_000, 100);
  expect(clock.now(1_100)).toBe(51_000);
  expect(clock.now(1_101)).toBe(null);
});

test('the answer that took the shortest way counts, so that the time is never early', () => {
  const clock = new DatabaseClock();
  // Each was 5, 1 and 9 ms on its way, at a true distance of 50,000.
  clock.observe(50_000 + 100 - 5, 100);
  clock.observe(50_000 + 200 - 1, 200);
  clock.observe(50_000 + 300 - 9, 300);
  expect(clock.now(300)).toBe(50_299);
});

test('after a second the best is found anew, so that a clock that was set back is followed', () => {
  const clock = new DatabaseClock();
  clock.observe(50_000, 0);
  clock.observe(40_900, 900);
  expect(clock.now(900)).toBe(50_900);
  clock.observe(41_100, 1_100);
  expect(clock.now(1_100)).toBe(41_100);
});
