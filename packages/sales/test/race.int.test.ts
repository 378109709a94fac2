import { expect, test } from 'vitest';
import { race } from './race.ts';

// Each guard is taken out in race-controls.long.test.ts.
test('200 callers of each of two processes are sold no piece too many, none twice, none over their limit', async () => {
  const { harm, told } = await race({});
  expect(harm).toEqual([]);
  expect(told['failed'] ?? 0).toBe(0);
  expect(told['confirmed']).toBeGreaterThan(0);
  expect(told['refused']).toBeGreaterThan(0);
});
