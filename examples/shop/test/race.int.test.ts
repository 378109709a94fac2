import { randomUUID } from 'node:crypto';
import { restock } from '@holdfast/example-shop';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  asked,
  brokenRules,
  countersOf,
  openDatabase,
  openTwice,
  order,
  stocked,
} from './corner-shop.ts';

let pool: Pool;
let url: string;
let shops: Awaited<ReturnType<typeof openTwice>>;

beforeAll(async () => {
  ({ pool, url } = await openDatabase());
  shops = await openTwice(pool, url);
});

afterAll(async () => {
  await shops.close();
  await pool.end();
});

test('100 orders of two products, half of them in the other order, end without a deadlock: all pieces of the scarcer are sold', async () => {
  const [some, more] = [await stocked(pool, 40), await stocked(pool, 60)];
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, async (_, place) => {
      const lines = [asked(some), asked(more)];
      const crossed = place % 2 === 0 ? lines : lines.toReversed();
      return await shops.at(place).purchase(order(`customer ${place}`, ...crossed));
    }),
  );
  expect(outcomes.filter(({ status }) => status === 'paid')).toHaveLength(40);
  expect(outcomes.filter(({ status }) => status === 'refused')).toHaveLength(60);
  expect(await countersOf(pool, some)).toEqual({ stock: 0, reserved: 0 });
  expect(await countersOf(pool, more)).toEqual({ stock: 20, reserved: 0 });
  expect(await brokenRules(pool)).toEqual([]);
});

test('deliveries come while customers buy, and no piece is lost of either', async () => {
  const productId = await stocked(pool, 50);
  const [outcomes] = await Promise.all([
    Promise.all(
      Array.from(
        { length: 200 },
        async (_, place) =>
          await shops.at(place).purchase(order(`customer ${place}`, asked(productId))),
      ),
    ),
    Promise.all(
      Array.from(
        { length: 10 },
        async () => await restock(pool, { id: randomUUID(), productId, quantity: 20 }),
      ),
    ),
  ]);
  const sold = outcomes.filter(({ status }) => status === 'paid').length;
  expect(sold).toBeGreaterThanOrEqual(50);
  expect(await countersOf(pool, productId)).toEqual({ stock: 250 - sold, reserved: 0 });
  expect(await brokenRules(pool)).toEqual([]);
});
