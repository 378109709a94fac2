import { describe, expect, test } from 'vitest';
import { completeRetryOptions, retryDefaults, waitBeforeRetryMs } from '../src/retry-options.ts';

const highest = () => 1 - Number.EPSILON;
const spread = { backoffBaseMs: 100, backoffMaxMs: 1_000 };

describe('the wait before a retry', () => {
  test('without word from the api it is random, from nothing to a bound that doubles', () => {
    const bounds = [1, 2, 3, 4].map((retry) =>
      waitBeforeRetryMs({ ...spread, random: highest }, retry, null),
    );
    expect(bounds.map(Math.round)).toEqual([100, 200, 400, 800]);
    expect(waitBeforeRetryMs({ ...spread, random: () => 0 }, 4, null)).toBe(0);
  });

  test('the random part has a bound, however many retries there were', () => {
    expect(waitBeforeRetryMs({ ...spread, random: highest }, 2_000, null)).toBeLessThan(1_000);
  });

  test.each([0, 0.3, 0.999])('is never shorter than the api asks (random %d)', (random) => {
    const wait = waitBeforeRetryMs({ ...spread, random: () => random }, 1, 750);
    expect(wait).toBeGreaterThanOrEqual(750);
    expect(wait).toBeLessThan(850);
  });

  test('clients that were told the same number do not come back in the same moment', () => {
    const waits = [0.1, 0.5, 0.9].map((random) =>
      waitBeforeRetryMs({ ...spread, random: () => random }, 1, 750),
    );
    expect(new Set(waits).size).toBe(3);
  });
});

describe('retry options', () => {
  test('what is left out, or undefined, has its default', () => {
    expect(completeRetryOptions()).toEqual(retryDefaults);
    expect(completeRetryOptions({ attemptCountMax: undefined })).toEqual(retryDefaults);
  });

  test.each([
    ['attemptCountMax', 0],
    ['attemptTimeoutMs', 0],
    ['totalTimeoutMs', Number.NaN],
    ['backoffMaxMs', -1],
    ['budgetReserveCount', Number.POSITIVE_INFINITY],
    ['budgetRatio', -0.1],
  ])('%s may not be %d, and the message says so', (name, value) => {
    expect(() => completeRetryOptions({ [name]: value })).toThrow(new RegExp(`retry\\.${name}`));
  });
});
