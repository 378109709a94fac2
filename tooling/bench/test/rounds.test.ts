import { expect, test } from 'vitest';
import { fullPlan, quickPlan } from '../src/plan.ts';
import { orderOf } from '../src/rounds.ts';
import { ways } from '../src/ways/all.ts';

const textsOf = (runs: readonly object[]) => runs.map((one) => JSON.stringify(one)).toSorted();

test('every round has the same runs, and begins at another one', () => {
  const rounds = Array.from({ length: fullPlan.roundCount }, (_, round) =>
    orderOf(fullPlan, round),
  );
  for (const round of rounds) expect(textsOf(round)).toEqual(textsOf(fullPlan.runs));
  expect(new Set(rounds.map(([first]) => JSON.stringify(first))).size).toBe(rounds.length);
});

test.each([quickPlan, fullPlan])('every way is judged where seats run out: $mode', (plan) => {
  const sellOuts = orderOf(plan, 0).filter(({ load }) => load === 'sell_out');
  expect(sellOuts.map(({ subject }) => subject).toSorted()).toEqual(
    ways.map(({ name }) => name).toSorted(),
  );
});
