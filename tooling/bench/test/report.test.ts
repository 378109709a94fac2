import { expect, test } from 'vitest';
import { exitCodeOfVerdict } from '@holdfast/command';
import { ratioNames } from '../src/ratios.ts';
import { reportOn } from '../src/report.ts';
import { reportText } from '../src/report-text.ts';
import { sectionsOf } from '../src/sections/sections.ts';
import { ceiling, findingsOf, measurement } from './measured.ts';

const unsafe = { oversold: 3, lost: 0, broken: ['I1'], isSafe: false };

test('a row has the medians of its rounds, and how far they are apart', () => {
  const { rows } = reportOn(
    findingsOf(
      { ...measurement, round: 0, bookingsPerSecond: 900, p99Ms: 9 },
      { ...measurement, round: 1, bookingsPerSecond: 1_300, p99Ms: 12 },
      { ...measurement, round: 2, bookingsPerSecond: 1_000, p99Ms: 30 },
    ),
  );
  expect(rows).toEqual([
    expect.objectContaining({
      way: 'holdfast',
      load: 'hot',
      connections: 100,
      bookingsPerSecond: 1_000,
      bookingsPerSecondMin: 900,
      bookingsPerSecondMax: 1_300,
      p99Ms: 12,
      oversold: 0,
      safe: true,
    }),
  ]);
});

test('rows stand in the order of the tables, in whatever order they were measured', () => {
  const at = (subject: string, connections: number) => ({ ...measurement, subject, connections });
  const together = { ...measurement, among: 'processes', processCount: 2 } as const;
  const { rows } = reportOn(
    findingsOf(
      together,
      { ...measurement, load: 'sell_out' },
      at('holdfast', 10),
      at('row_lock', 100),
      at('holdfast', 100),
      at('guide_optimistic', 100),
    ),
  );
  expect(
    rows.map(({ way, load, connections, processes }) => [way, load, connections, processes]),
  ).toEqual([
    ['holdfast', 'hot', 10, 1],
    ['guide_optimistic', 'hot', 100, 1],
    ['row_lock', 'hot', 100, 1],
    ['holdfast', 'hot', 100, 1],
    ['holdfast', 'sell_out', 100, 1],
    ['holdfast', 'hot', 100, 2],
  ]);
});

test('a way is unsafe where a single round was', () => {
  const second = { ...measurement, round: 1, judgement: unsafe };
  const [row] = reportOn(findingsOf(measurement, second)).rows;
  expect(row).toMatchObject({ oversold: 3, broken: ['I1'], safe: false });
});

test('a way that claims to be safe and is not fails the bench', () => {
  const { verdict } = reportOn(findingsOf({ ...measurement, judgement: unsafe }));
  expect(verdict.verdict).toBe('fail');
  expect(exitCodeOfVerdict(verdict.verdict)).toBe(1);
  expect(verdict.reasons.join()).toContain('holdfast (hot, 100 connections): oversold 3');
});

test.each([{ lost: 1 }, { broken: ['I4'] }])('and so does one with %o', (wrong) => {
  const judgement = { oversold: 0, lost: 0, broken: [], isSafe: false, ...wrong };
  expect(reportOn(findingsOf({ ...measurement, judgement })).verdict.verdict).toBe('fail');
});

test('a way that does not claim to be safe fails its audit, and not the bench', () => {
  const guide = { ...measurement, subject: 'guide_admission', judgement: unsafe };
  const report = reportOn(findingsOf(guide));
  expect(report.rows[0]).toMatchObject({ claimsSafe: false, safe: false });
  expect(report.verdict).toEqual({ verdict: 'pass', reasons: [] });
  expect(exitCodeOfVerdict(report.verdict.verdict)).toBe(0);
  expect(reportText(report)).toContain('NO: oversold 3, breaks I1');
});

test('ceilings are no ways: they book nothing, and are judged by nobody', () => {
  const { rows, ceilings } = reportOn(findingsOf(ceiling));
  expect(rows).toEqual([]);
  expect(ceilings).toEqual([expect.objectContaining({ ceiling: 'empty', callsPerSecond: 1_000 })]);
});

test('every ratio has its name, measured or not', () => {
  const { ratios } = reportOn(findingsOf(measurement, ceiling));
  expect(Object.keys(ratios)).toEqual([...ratioNames]);
  expect(ratios).toMatchObject({ hot_over_empty: 1, hot_over_guide: null });
});

test('an aim that is missed is said, beside a verdict that is about safety alone', () => {
  const report = reportOn(findingsOf(measurement, { ...ceiling, bookingsPerSecond: 2_000 }));
  expect(report.aims.missed).toEqual([
    'hot_over_empty',
    'node_us_a_booking_100',
    'postgres_us_a_booking',
  ]);
  expect(report.aims.notMeasured).toContain('hot_over_guide');
  expect(report.verdict.verdict).toBe('pass');
  const text = reportText(report);
  expect(text).toContain('Safety: PASS.');
  expect(text).toContain('0 of 3 aims reached. Not reached: hot_over_empty, node_us');
  expect(text).not.toMatch(/^PASS/m);
});

test('what a refusal costs PostgreSQL stands in the table of refusals', () => {
  const cost = { serverMicros: 80, postgresMicros: 12.5, redisMicros: 3 };
  const soldOut = { ...measurement, load: 'sell_out', refusalsPerSecond: 5_000, cost } as const;
  const section = sectionsOf(reportOn(findingsOf(soldOut))).find(({ id }) => id === 'sell_out');
  const column = section?.columns.findIndex(({ head }) => head === 'PostgreSQL µs') ?? -1;
  expect(section?.rows[0]?.[column]).toBe('13');
});

test('the tables say who the guide is, and what the figures of a cost are', () => {
  const text = reportText(reportOn(findingsOf(measurement))).replaceAll(/\s+/g, ' ');
  expect(text).toContain('The guide is a tutorial');
  expect(text).toContain('µs is processor time for each booking');
});

test('where the load generator may be what limits, the bench says so', () => {
  const nothing = (rate: number) => ({ ...ceiling, subject: 'nothing', bookingsPerSecond: rate });
  const textOf = (rate: number) =>
    reportText(reportOn(findingsOf(measurement, ceiling, nothing(rate))));
  expect(textOf(1_900)).toContain('may be what limits');
  expect(textOf(2_000)).not.toContain('may be what limits');
});

test("own tables and orders stand beside the engine's bookings, and what was not measured has no figure", () => {
  const own = { ...measurement, subject: 'own_tables', bookingsPerSecond: 500 };
  const order = {
    ...measurement,
    subject: 'order',
    load: 'twenty',
    bookingsPerSecond: 3_000,
  } as const;
  const empty = { ...ceiling, bookingsPerSecond: 2_000 };
  const { rows = [] } =
    sectionsOf(reportOn(findingsOf(measurement, own, order, empty))).find(
      ({ id }) => id === 'beside',
    ) ?? {};
  expect(rows).toContainEqual(['÷ empty call, 100 connections', '0.50', '0.25', '1.50']);
  expect(rows).toContainEqual(['bookings/s, 1 connection', '–', '–', '–']);
});
