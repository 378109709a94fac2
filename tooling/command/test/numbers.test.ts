import { expect, test } from 'vitest';
import { median, percentile } from '../src/numbers.ts';

test('the median is the value in the middle, or the mean of the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
});

test('a percentile is a value that was measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  const asked = [50, 90, 99, 100];
  expect(asked.map((percent) => percentile(hundred, percent))).toEqual(asked);
  expect(percentile([7], 50)).toBe(7);
  expect(percentile([], 99)).toBeNull();
});
