import { readReport } from '@holdfast/testing/report-tables';
import { expect, test } from 'vitest';
import { ratiosChart } from '../src/charts/ratios-chart.ts';
import { reportPage } from '../src/report-page.ts';
import { reportOn } from '../src/report.ts';
import { sectionsOf } from '../src/sections/sections.ts';
import { ceiling, findingsOf, measurement } from './measured.ts';

const at = new Date('2999-01-01T00:00:00Z');
const rounds = [900, 1_000, 1_200].map((bookingsPerSecond, round) => ({
  ...measurement,
  bookingsPerSecond,
  round,
}));
const ceilings = [0, 1, 2].map((round) => ({ ...ceiling, round }));
const report = reportOn(findingsOf(...rounds, ...ceilings));

test('the page has every table of the report, cell by cell, and what --json prints', () => {
  const { rows, json } = readReport(reportPage(report, at));
  const sections = sectionsOf(report);
  expect(sections.map(({ id }) => id)).toEqual(['ratios', 'ways', 'ceilings']);
  for (const { title, columns, rows: cells } of sections) {
    expect(rows(title)).toEqual([columns.map(({ head }) => head), ...cells]);
  }
  expect(json).toEqual(JSON.parse(JSON.stringify(report)));
});

test('a bench that fails says so, and why', () => {
  const judgement = { oversold: 3, lost: 0, broken: ['I1'], isSafe: false };
  const page = reportPage(reportOn(findingsOf({ ...measurement, judgement })), at);
  expect(page).toContain('✗ FAIL');
  expect(page).toContain('holdfast (hot, 100 connections): oversold 3, lost 0, broken I1');
});

test('a ratio stands right of its aim where it reaches it, with its spread from round to round', () => {
  const drawn = ratiosChart(report) ?? '';
  const aim = Number(/<line x1="([\d.]+)"[^>]*class="mark"/.exec(drawn)?.[1]);
  const [, x = '', colour] = /<circle cx="([\d.]+)"[^>]*fill="(\S+)"/.exec(drawn) ?? [];
  const [, from = '', to = ''] =
    /<line x1="([\d.]+)"[^>]*x2="([\d.]+)"[^>]*class="spread"/.exec(drawn) ?? [];
  // 1,000 ÷ 1,000, of which the aim is 0.85.
  expect(drawn).toContain('✓ 1.00 (≥ 0.85)');
  expect(colour).toBe('#1a7f37');
  expect(Number(x)).toBeGreaterThan(aim);
  expect(Number(from)).toBeLessThan(Number(x));
  expect(Number(to)).toBeGreaterThan(Number(x));
});

test('a ratio that misses its aim is left of it', () => {
  const slow = [0, 1, 2].map((round) => ({ ...measurement, bookingsPerSecond: 100, round }));
  const drawn = ratiosChart(reportOn(findingsOf(...slow, ...ceilings))) ?? '';
  expect(drawn).toContain('✗ 0.10 (≥ 0.85)');
  const aim = Number(/<line x1="([\d.]+)"[^>]*class="mark"/.exec(drawn)?.[1]);
  expect(Number(/<circle cx="([\d.]+)"/.exec(drawn)?.[1])).toBeLessThan(aim);
});
