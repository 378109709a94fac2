import { expect, test } from 'vitest';
import { columnChart } from '../src/column-chart.ts';

const chart = (labels: readonly string[], ...values: readonly (readonly number[])[]) =>
  columnChart({
    title: 'Answers',
    below: 's',
    labels,
    series: values.map((each, at) => ({ name: `kind ${at}`, colour: `#00000${at}`, values: each })),
  });

/** The columns of a series, from left to right: where each begins below, and how tall it is. */
const columnsOf = (drawn: string, series: number) =>
  [
    ...drawn.matchAll(
      /<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="(\S+)"/g,
    ),
  ]
    .filter(([, , , colour]) => colour === `#00000${series}`)
    .map(([, y, height]) => ({ bottom: Number(y) + Number(height), height: Number(height) }));

test('a column is as tall as its count, and one kind stands on the other', () => {
  const drawn = chart(['0', '1', '2'], [10, 20, 0], [30, 0, 5]);
  const [first, second] = [columnsOf(drawn, 0), columnsOf(drawn, 1)];
  const [tall = NaN, taller = NaN] = first.map(({ height }) => height);
  expect(first.map(({ bottom }) => bottom)).toEqual([268, 268]);
  expect(taller / tall).toBeCloseTo(2, 1);
  expect((second[0]?.height ?? NaN) / tall).toBeCloseTo(3, 1);
  expect(second.map(({ bottom }) => bottom)).toEqual([268 - tall, 268]);
});

test('one of thousands is still seen', () => {
  const drawn = chart(['0', '1'], [50_000, 1]);
  expect(columnsOf(drawn, 0)[1]?.height).toBe(1);
});

test('labels that would lie on each other are left out, and the first is not', () => {
  const labels = Array.from({ length: 20 }, (_, at) => `${at}0,000`);
  const drawn = chart(
    labels,
    labels.map(() => 1),
  );
  const shown = [...drawn.matchAll(/<text x="([\d.]+)"[^>]*>(\d+0,000)</g)];
  expect(shown[0]?.[2]).toBe('00,000');
  const places = shown.map(([, x]) => Number(x));
  const steps = places.slice(1).map((x, at) => x - (places[at] ?? 0));
  expect(Math.min(...steps)).toBeGreaterThan(6 * 7);
});

test('an axis has whole numbers alone, up to the tallest column', () => {
  const drawn = chart(['0'], [3]);
  const ticks = [...drawn.matchAll(/text-anchor="end" class="muted">([^<]+)</g)].map(
    ([, tick]) => tick,
  );
  expect(ticks).toEqual(['0', '1', '2', '3']);
});
