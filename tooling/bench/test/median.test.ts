import { expect, test } from 'vitest';
import { median, percentile } from '../src/median.ts';

test('the median is the value in the middle, or the mean of the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
});

test('a percentile is a value that occurred, by the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(hundred, 50)).toBe(50);
  expect(percentile(hundred, 99)).toBe(99);
  expect(percentile([7], 99)).toBe(7);
});

test('nothing has no percentile', () => {
  expect(percentile([], 50)).toBeNull();
});
