import { expect, test } from 'vitest';
import { latencyChart } from '../src/charts/latency-chart.ts';
import { waysChart } from '../src/charts/ways-chart.ts';
import { reportOn } from '../src/report.ts';
import { ceiling, findingsOf, measurement } from './measured.ts';

const guide = {
  ...measurement,
  subject: 'guide_admission',
  bookingsPerSecond: 250,
  judgement: { oversold: 1, lost: 0, broken: [], isSafe: false },
};

test('a bar is as long as its rate, and says where the way is not safe', () => {
  const drawn = waysChart(reportOn(findingsOf(guide, measurement, ceiling))) ?? '';
  const widths = [...drawn.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(widths).toHaveLength(2);
  expect((widths[1] ?? 0) / (widths[0] ?? 0)).toBeCloseTo(4);
  expect(drawn).toContain('250 – not safe');
  expect(drawn).toContain('an empty call: 1,000');
});

test('labels of lines that end at the same height do not lie on each other', () => {
  const points = ['holdfast', 'one_update', 'row_lock'].flatMap((subject) =>
    [1, 1_000].map((connections) => ({ ...measurement, subject, connections })),
  );
  const drawn = latencyChart(reportOn(findingsOf(...points))) ?? '';
  const heights = [...drawn.matchAll(/<circle [^>]*cy="([\d.]+)" r="4"/g)].map(([, y]) =>
    Number(y),
  );
  expect(heights).toHaveLength(3);
  const steps = heights.slice(1).map((y, index) => y - (heights[index] ?? 0));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(17);
});

test('a label ends within the chart, and an axis says its unit', () => {
  const points = ['guide_optimistic', 'guide_admission'].flatMap((subject) =>
    [1, 1_000].map((connections) => ({ ...guide, subject, connections, p99Ms: 12_345 })),
  );
  const drawn = latencyChart(reportOn(findingsOf(...points))) ?? '';
  const labels = [...drawn.matchAll(/<text x="([\d.]+)"[^>]*>([^<]*not safe)</g)];
  expect(labels).toHaveLength(2);
  // The widest letters of the font take 0.55 of its size on average, which is 12 pixels.
  for (const [, x, label = ''] of labels) {
    expect(Number(x) + label.length * 0.55 * 12).toBeLessThanOrEqual(760);
  }
  expect(drawn).toContain('>10,000 ms<');
});

test('a way has one colour in both charts, safe or not', () => {
  const lines = [1, 100].map((connections) => ({ ...guide, connections }));
  const report = reportOn(findingsOf(...lines));
  const colour = /(?:stroke|fill)="(#[0-9a-f]{6})"/g;
  const coloursIn = (drawn: string | null) =>
    new Set([...(drawn ?? '').matchAll(colour)].map(([, found]) => found));
  expect(coloursIn(waysChart(report))).toEqual(coloursIn(latencyChart(report)));
  expect(waysChart(report)).not.toContain('opacity');
});

test('what was not measured is not drawn', () => {
  const nothing = reportOn(findingsOf(ceiling));
  expect(waysChart(nothing)).toBeNull();
  expect(latencyChart(nothing)).toBeNull();
});

test('a chart is well-formed and legible on dark, too', () => {
  const drawn = waysChart(reportOn(findingsOf(measurement))) ?? '';
  expect(drawn).toMatch(/^<svg [^>]*>[^]*<\/svg>\n$/);
  expect(drawn).toContain('prefers-color-scheme: dark');
});
