import { randomUUID } from 'node:crypto';
import { type OpenShop, openShop, takeStock } from '@holdfast/example-shop';
import { InvalidInput } from '@holdfast/sales';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeCounters, writeMovement } from '../src/stock/movements.ts';
import {
  asked,
  brokenRules,
  cartLine,
  countersOf,
  openDatabase,
  openTwice,
  order,
  stocked,
} from './corner-shop.ts';

let pool: Pool;
let url: string;
let shop: OpenShop;

beforeAll(async () => {
  ({ pool, url } = await openDatabase());
  shop = await openShop({ pool });
});

afterAll(async () => {
  await shop.close();
  await pool.end();
});

function count(productId: number, countedQuantity: number) {
  return { id: randomUUID(), productId, countedQuantity };
}

/** Ten pieces: ann has 2 in her cart, then bob 3. */
async function twoCarts() {
  const productId = await stocked(pool, 10);
  const [ann, bob] = [cartLine('ann', productId, 2), cartLine('bob', productId, 3)];
  await shop.putInCart(ann);
  // So that one is the last, by the millisecond.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await shop.putInCart(bob);
  return { productId, ann, bob };
}

function lineOf({ id, orderId, customerId, quantity }: ReturnType<typeof cartLine>) {
  return { id, orderId, customerId, quantity };
}

test.each([
  [12, 7],
  [5, 0],
])('counted %i, where carts have 5: %i are in stock', async (counted, stock) => {
  const { productId } = await twoCarts();
  expect(await takeStock(pool, count(productId, counted))).toEqual({ status: 'set', lost: [] });
  expect(await countersOf(pool, productId)).toEqual({ stock, reserved: 5 });
  expect(await brokenRules(pool)).toEqual([]);
});

test('less than carts have is refused with who would lose what, and nothing is written', async () => {
  const { productId, bob } = await twoCarts();
  const outcome = await takeStock(pool, count(productId, 4));
  expect(outcome).toMatchObject({
    status: 'refused',
    reason: 'below_reserved',
    reservedQuantity: 5,
  });
  expect(outcome).toMatchObject({ wouldLose: [lineOf(bob)] });
  expect(await countersOf(pool, productId)).toEqual({ stock: 5, reserved: 5 });
  expect(await brokenRules(pool)).toEqual([]);
});

test('forced, it says who lost what, again when it is repeated, and theirs cannot be paid', async () => {
  const { productId, ann, bob } = await twoCarts();
  const forced = { ...count(productId, 4), isForced: true };
  const set = { status: 'set', lost: [lineOf(bob)] };
  expect(await takeStock(pool, forced)).toEqual(set);
  expect(await countersOf(pool, productId)).toEqual({ stock: 2, reserved: 2 });
  expect(await takeStock(pool, forced)).toEqual(set);
  expect(await takeStock(pool, { ...forced, countedQuantity: 9 })).toMatchObject({
    reason: 'id_taken',
  });
  const late = { customerId: 'bob', ids: [bob.id] };
  expect(await shop.checkOut(late)).toMatchObject({ reason: 'line_cancelled', line: 0 });
  const early = { customerId: 'ann', ids: [ann.id] };
  expect(await shop.checkOut(early)).toMatchObject({ status: 'paid' });
  expect(await brokenRules(pool)).toEqual([]);
});

test('a cart that has lapsed is not reserved: it is written down, and nobody loses anything', async () => {
  const productId = await stocked(pool, 3);
  const hasty = await openShop({ pool, holdDurationMs: 1 });
  await hasty.putInCart(cartLine('ann', productId, 3));
  await hasty.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await takeStock(pool, count(productId, 1))).toEqual({ status: 'set', lost: [] });
  expect(await countersOf(pool, productId)).toEqual({ stock: 1, reserved: 0 });
  expect(await brokenRules(pool)).toEqual([]);
});

test('stock is taken by force while customers of two processes pay for their carts: whoever was told paid has it, and the others were told they lost it', async () => {
  const productId = await stocked(pool, 60);
  const shops = await openTwice(pool, url);
  const lines = Array.from({ length: 60 }, (_, place) => cartLine(`customer ${place}`, productId));
  for (const [place, line] of lines.entries()) await shops.at(place).putInCart(line);

  const told = new Map<string, string>();
  const payFor = async (line: (typeof lines)[number], place: number) => {
    const outcome = await shops.at(place).checkOut({ ...line, ids: [line.id] });
    told.set(line.id, outcome.status === 'refused' ? outcome.reason : outcome.status);
  };
  const customers = async () => {
    for (let start = 0; start < lines.length; start += 6)
      await Promise.all(lines.slice(start, start + 6).map(payFor));
  };
  const lost: string[] = [];
  const staff = async () => {
    for (let time = 0; time < 10; time += 1) {
      const { reserved } = await countersOf(pool, productId);
      const taking = { ...count(productId, Math.floor(reserved / 2)), isForced: true };
      const outcome = await takeStock(pool, taking);
      if (outcome.status === 'set') lost.push(...outcome.lost.map(({ id }) => id));
    }
  };
  await Promise.all([customers(), staff()]);

  const idsTold = (answer: string) =>
    lines.map(({ id }) => id).filter((id) => told.get(id) === answer);
  const { rows } = await pool.query<{ id: string }>(
    `select id from shop.order_lines where product_id = $1 and state = 'paid'`,
    [productId],
  );
  expect(lost).not.toHaveLength(0);
  expect(rows).not.toHaveLength(0);
  expect(idsTold('paid').toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  expect(idsTold('line_cancelled').toSorted()).toEqual(lost.toSorted());
  expect(await brokenRules(pool)).toEqual([]);
  await shops.close();
});

test('a stock-taking waits for a delivery that has begun, and sets what was counted', async () => {
  const productId = await stocked(pool, 10);
  const other = await pool.connect();
  await other.query('begin');
  await changeCounters(other, productId, { stockChange: 5, reservedChange: 0 });
  const came = { id: randomUUID(), productId, kind: 'delivered', quantity: 5 } as const;
  await writeMovement(other, { ...came, askedQuantity: 5 });
  const taking = takeStock(pool, count(productId, 8));
  // Without the lock it has read the stock by then.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await other.query('commit');
  other.release();
  expect(await taking).toEqual({ status: 'set', lost: [] });
  expect(await countersOf(pool, productId)).toEqual({ stock: 8, reserved: 0 });
  expect(await brokenRules(pool)).toEqual([]);
});

test('counters that are read before a sale, and written after it, lose the sale, and the audit sees it', async () => {
  const productId = await stocked(pool, 10);
  const { stock } = await countersOf(pool, productId);
  await shop.purchase(order('ann', asked(productId)));
  const change = 'update shop.products set stock_quantity = $2 where id = $1';
  await pool.query(change, [productId, stock]);
  expect(await brokenRules(pool)).toEqual(['what came is in stock, in carts or sold']);
  await pool.query(change, [productId, stock - 1]);
});

test.each([
  ['id', { id: '7' }],
  ['productId', { productId: 0 }],
  ['countedQuantity', { countedQuantity: -1 }],
])('bad input is thrown, and names its field: %s', async (field, given) => {
  const taking = takeStock(pool, { ...count(1, 1), ...given });
  await expect(taking).rejects.toThrow(InvalidInput);
  await expect(taking).rejects.toMatchObject({ field });
});
