import { expect, test } from 'vitest';
import { giveTables } from '../src/reserving/give-tables.ts';

const tables = [3, 5].map((id) => ({ id, hasLapsedHold: false }));

test('of one group no two parties are sent to one table for times that overlap', () => {
  const at = (comesAt: number, goesAt: number) => ({ comesAt, goesAt, tables });
  const given = giveTables([at(0, 2), at(1, 3), at(1, 2), at(2, 4), at(0, 1)]);
  expect(given.map((table) => table?.id)).toEqual([3, 5, undefined, 3, 5]);
});
