import { expect, test } from 'vitest';
import { bucketsOf, drawHistogram } from '../src/tell/histogram.ts';

const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);

test.each([
  [[5]],
  [[0.2, 0.3, 0.9]],
  [[1, 10, 100, 1_000, 10_000]],
  [Array.from({ length: 1_000 }, (_, index) => 100 + index * 0.7)],
])('every value lies in exactly one bucket, and there are at most eleven', (values) => {
  const buckets = bucketsOf(ascending(values));
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
  expect(buckets.length).toBeLessThanOrEqual(11);
});

test('buckets have one width, a round number, and follow each other', () => {
  const buckets = bucketsOf([12, 40, 77, 130, 260]);
  expect(buckets.slice(0, 3)).toEqual([
    { fromMs: 0, toMs: 50, count: 2 },
    { fromMs: 50, toMs: 100, count: 1 },
    { fromMs: 100, toMs: 150, count: 1 },
  ]);
});

test('the slowest hundredth shares one open bucket and does not flatten the rest', () => {
  const values = [...Array.from({ length: 199 }, (_, index) => index % 20), 60_000];
  const buckets = bucketsOf(ascending(values));
  expect(buckets.at(-1)).toMatchObject({ toMs: null, count: 1 });
  expect(buckets.at(0)).toMatchObject({ fromMs: 0, toMs: 5 });
});

test('nothing measured, nothing drawn', () => {
  expect(drawHistogram([], 80)).toEqual([]);
});

test('no line is wider than the layout, and the longest bar fills it', () => {
  const values = Array.from({ length: 5_000 }, (_, index) => Math.sqrt(index) * 40);
  const lines = drawHistogram(ascending(values), 60);
  expect(Math.max(...lines.map((line) => line.length))).toBe(60);
});

test('a single value among thousands is still seen', () => {
  const values = [
    ...Array.from({ length: 5_000 }, () => 1),
    ...Array.from({ length: 60 }, () => 99),
  ];
  const lines = drawHistogram(ascending([...values, 45]), 40);
  expect(lines.find((line) => line.endsWith(' 1'))).toContain('▏');
});
