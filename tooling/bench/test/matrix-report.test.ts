import { expect, test } from 'vitest';
import { cells, cellTitle } from '../src/admission-matrix/cells.ts';
import { matrixReportOn } from '../src/admission-matrix/matrix-report.ts';
import { matrixText } from '../src/admission-matrix/matrix-text.ts';
import { quickMatrix } from '../src/admission-matrix/plan.ts';
import { sampleOf } from '../src/admission-matrix/sample.ts';
import type { Measured } from '../src/admission-matrix/measure-matrix.ts';

const [plenty] = cells;
if (plenty === undefined) throw new Error('There is no cell.');
const variants = ['no_redis', 'holdfast'].map((name) => ({
  name,
  title: name,
  hasRedis: name === 'holdfast',
  settings: {},
}));
const nothing = {
  nodeMs: 0,
  postgresMs: 0,
  redisMs: null,
  statementCount: 0,
  earlyRefusalCount: 0,
};

function measured(variantIndex: number, round: number, booked: number): Measured {
  const counts = { booked, sold_out: 0, cancelled: 0, fault: 0, broken: 0 };
  const result = {
    counts,
    durationMs: 1_000,
    lastBookedAtMs: 1_000,
    lastRefusedAtMs: null,
    p99Ms: 5,
    cancelP50Ms: null,
    falseRefusals: 0,
    generatorMs: 10,
  };
  const after = { ...nothing, nodeMs: 100, statementCount: 50 };
  const variant = variants[variantIndex];
  if (plenty === undefined || variant === undefined) throw new Error('There is no such variant.');
  return {
    cell: plenty,
    variant,
    round,
    sample: sampleOf(plenty, result, { before: nothing, after }),
  };
}

const rounds = [
  measured(0, 0, 1_000),
  measured(1, 0, 2_000),
  measured(0, 1, 100),
  measured(1, 1, 150),
];

test('ratios are taken within a round, so that a slow round does not count against one variant', () => {
  const [, holdfast] = matrixReportOn(quickMatrix, rounds).rows;
  expect(holdfast?.ratio).toEqual({ median: 1.75, min: 1.5, max: 2 });
  expect(holdfast?.figures.bookingsPerSecond).toEqual({ median: 1_075, min: 150, max: 2_000 });
});

test('what a system does not tell is left out, and costs are of one answer', () => {
  const [first] = matrixReportOn(quickMatrix, rounds.slice(0, 1)).rows;
  expect(first?.figures.redisMicros).toBeUndefined();
  expect(first?.figures.nodeMicros?.median).toBe(100);
  expect(first?.figures.statementsPerSecond?.median).toBe(50);
});

test('the text has a table for each cell, with a line for each variant', () => {
  const text = matrixText(matrixReportOn(quickMatrix, rounds));
  expect(text).toContain(`**${cellTitle(plenty)}** (${plenty.decides})`);
  expect(text).toMatch(/^\| no_redis \|.*\n\| holdfast \|/m);
});

test('no two cells are the same', () => {
  expect(new Set(cells.map(cellTitle)).size).toBe(cells.length);
});
