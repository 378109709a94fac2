import { expect, test } from 'vitest';
import { fullPlan, quickPlan, replicatedPlan } from '../src/plan.ts';
import { orderOf } from '../src/rounds.ts';
import { ways } from '../src/ways/all.ts';

const textsOf = (runs: readonly object[]) => runs.map((one) => JSON.stringify(one)).toSorted();

test('rounds go forth and back, so that neighbours stay neighbours and none is always first', () => {
  const [first, second] = [orderOf(fullPlan, 0), orderOf(fullPlan, 1)];
  expect(second).toEqual(first.toReversed());
  expect(first.slice(0, fullPlan.runs.length)).toEqual(fullPlan.runs);
});

test('what only stands in tables is run in as many rounds as it needs, and nothing twice', () => {
  const { furtherRoundCount, runs, furtherRuns } = fullPlan;
  expect(textsOf(orderOf(fullPlan, furtherRoundCount - 1))).toEqual(
    textsOf([...runs, ...furtherRuns]),
  );
  expect(textsOf(orderOf(fullPlan, furtherRoundCount))).toEqual(textsOf(runs));
  expect(new Set(textsOf(orderOf(fullPlan, 0))).size).toBe(runs.length + furtherRuns.length);
});

test.each([quickPlan, fullPlan])(
  'few callers are measured, too, where a plain UPDATE may be faster: $mode',
  (plan) => {
    const hot = orderOf(plan, 0).filter(({ load }) => load === 'hot');
    for (const connections of [1, 10, 100]) {
      const subjects = hot.filter((one) => one.connections === connections);
      const names = subjects.map(({ subject }) => subject);
      expect(names).toEqual(expect.arrayContaining(['one_update', 'holdfast']));
    }
  },
);

test.each([quickPlan, fullPlan])(
  'every way that is measured is judged where seats run out: $mode',
  (plan) => {
    const runs = orderOf(plan, 0);
    const sellOuts = runs.filter(({ load }) => load === 'sell_out').map(({ subject }) => subject);
    const measured = ways.filter(({ name }) => runs.some(({ subject }) => subject === name));
    expect(sellOuts.toSorted()).toEqual(measured.map(({ name }) => name).toSorted());
  },
);

test('a full bench measures every way, and a replicated one every way to call', () => {
  const subjects = orderOf(fullPlan, 0).map(({ subject }) => subject);
  expect(subjects).toEqual(expect.arrayContaining(ways.map(({ name }) => name)));
  const replicated = new Set(replicatedPlan.runs.map(({ subject }) => subject));
  expect([...replicated, 'rest', 'order'].toSorted()).toEqual(
    ways.map(({ name }) => name).toSorted(),
  );
});
