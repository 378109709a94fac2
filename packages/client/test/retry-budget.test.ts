import { expect, test } from 'vitest';
import { retryBudget } from '../src/retry-budget.ts';

/** How many retries a client makes in so many calls that all want three. */
function retriesOf(callCount: number, limits: { reserveCount: number; ratio: number }): number {
  const budget = retryBudget(limits);
  let retryCount = 0;
  for (let call = 0; call < callCount; call += 1) {
    budget.earn();
    for (let retry = 0; retry < 3; retry += 1) if (budget.spend()) retryCount += 1;
  }
  return retryCount;
}

test('a storm of failures is met with the reserve and a tenth of the calls, not with three times them', () => {
  expect(retriesOf(1_000, { reserveCount: 10, ratio: 0.1 })).toBeLessThanOrEqual(10 + 100);
  expect(retriesOf(1_000, { reserveCount: 10, ratio: 0.1 })).toBeGreaterThanOrEqual(10 + 98);
});

test('a call or two that go wrong have all the retries they want', () => {
  expect(retriesOf(3, { reserveCount: 10, ratio: 0.1 })).toBe(9);
});

test('quiet times save up no more than the reserve', () => {
  const budget = retryBudget({ reserveCount: 2, ratio: 0.1 });
  for (let call = 0; call < 1_000; call += 1) budget.earn();
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
});

test('ten calls buy a retry, whatever floating point makes of ten times 0.1', () => {
  const budget = retryBudget({ reserveCount: 0, ratio: 0.1 });
  for (let call = 0; call < 10; call += 1) budget.earn();
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});

test('a ratio and reserve of nothing forbid every retry', () => {
  expect(retriesOf(100, { reserveCount: 0, ratio: 0 })).toBe(0);
});
