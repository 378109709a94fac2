import { expect, test } from 'vitest';
import { fullPlan, quickPlan } from '../src/plan.ts';
import { orderOf, subjectsToWarm } from '../src/rounds.ts';
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

test('whose rate stands in a table is warmed up; who is only judged is not', () => {
  const names = (plan: typeof fullPlan) => [...subjectsToWarm(plan)].toSorted();
  const all = orderOf(fullPlan, 0).map(({ subject }) => subject);
  expect(names(fullPlan)).toEqual([...new Set(all)].toSorted());
  expect(names(quickPlan)).toEqual(
    [...new Set(quickPlan.runs.map(({ subject }) => subject))].toSorted(),
  );
});

test.each([quickPlan, fullPlan])('every way is judged where seats run out: $mode', (plan) => {
  const sellOuts = orderOf(plan, 0).filter(({ load }) => load === 'sell_out');
  expect(sellOuts.map(({ subject }) => subject).toSorted()).toEqual(
    ways.map(({ name }) => name).toSorted(),
  );
});
