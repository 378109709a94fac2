import type { Database } from '@holdfast/data';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrayOf, textArrayOf } from '../src/sql/array-literal.ts';
import { openFresh } from './fixture.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

async function read(type: 'text' | 'float8', literal: string): Promise<unknown> {
  const { rows } = await database.pool.query(`select $1::${type}[] as values`, [literal]);
  return rows[0]?.values;
}

// PostgreSQL has no text with a zero in it, and no half of a surrogate pair.
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));

test('PostgreSQL reads any texts as they were written', async () => {
  const awkward = ['', 'NULL', 'null', '{}', ',', '"', '\\', '\\"', ' a ', 'ä\n', null];
  expect(await read('text', textArrayOf(awkward))).toEqual(awkward);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
      expect(await read('text', textArrayOf(values))).toEqual(values);
    }),
  );
});

test('and any numbers', async () => {
  const numbers = [0, -1, 1.5, 2 ** 53, 1e-7, null];
  expect(await read('float8', arrayOf(numbers))).toEqual(numbers);
  expect(await read('float8', arrayOf([]))).toEqual([]);
});
