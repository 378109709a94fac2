import { randomUUID } from 'node:crypto';
import { createProduct, type OpenShop, openShop, restock } from '@holdfast/example-shop';
import { InvalidInput } from '@holdfast/sales';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  asked,
  brokenRules,
  cartLine,
  countersOf,
  openDatabase,
  order,
  stocked,
} from './corner-shop.ts';

let pool: Pool;
let shop: OpenShop;

beforeAll(async () => {
  ({ pool } = await openDatabase());
  shop = await openShop({ pool });
});

afterAll(async () => {
  await shop.close();
  await pool.end();
});

test('what is in a cart nobody else can buy, and its customer pays for it', async () => {
  const productId = await stocked(pool, 3);
  const line = cartLine('ann', productId, 3);
  expect(await shop.putInCart(line)).toMatchObject({ status: 'in_cart', productId, quantity: 3 });
  expect(await countersOf(pool, productId)).toEqual({ stock: 0, reserved: 3 });
  const late = order('bob', asked(productId));
  expect(await shop.purchase(late)).toMatchObject({ reason: 'out_of_stock', line: 0 });
  expect(await shop.checkOut({ customerId: 'ann', ids: [line.id] })).toMatchObject({
    status: 'paid',
    lines: [{ id: line.id, status: 'paid' }],
  });
  expect(await countersOf(pool, productId)).toEqual({ stock: 0, reserved: 0 });
});

test('several lines are paid, or none of them is, and the one in the way is named', async () => {
  const [plenty, few] = [await stocked(pool, 10), await stocked(pool, 1)];
  const tooMuch = order('ann', asked(plenty, 2), asked(few, 2));
  expect(await shop.purchase(tooMuch)).toMatchObject({ reason: 'out_of_stock', line: 1 });
  expect(await countersOf(pool, plenty)).toEqual({ stock: 10, reserved: 0 });
  const whole = order('ann', asked(plenty, 2), asked(few, 1));
  expect(await shop.purchase(whole)).toMatchObject({ status: 'paid' });
  const { rows } = await pool.query(
    'select price_cents from shop.order_lines where order_id = any ($1)',
    [[tooMuch.orderId, whole.orderId]],
  );
  expect(rows).toEqual([{ price_cents: 4_200 }, { price_cents: 4_200 }]);
});

test('the same order again is the same order, and other content under its ids is refused', async () => {
  const productId = await stocked(pool, 10);
  const once = order('ann', asked(productId, 2), asked(await stocked(pool, 10)));
  const [first, second] = [await shop.purchase(once), await shop.purchase(once)];
  expect(second).toEqual(first);
  expect(await countersOf(pool, productId)).toEqual({ stock: 8, reserved: 0 });
  const [line] = once.lines;
  const other = { ...once, lines: [{ id: line?.id ?? '', productId, quantity: 3 }] };
  expect(await shop.purchase(other)).toMatchObject({ reason: 'id_taken', line: 0 });
});

test('a line that was cancelled or has lapsed is not paid, and no line beside it', async () => {
  const productId = await stocked(pool, 10);
  const hasty = await openShop({ pool, holdDurationMs: 20 });
  const [kept, cancelled] = [cartLine('ann', productId), cartLine('ann', productId)];
  const lapsed = cartLine('bob', productId);
  for (const line of [kept, cancelled]) await shop.putInCart(line);
  await hasty.putInCart(lapsed);
  await hasty.close();
  expect(await shop.cancel(cancelled)).toMatchObject({ status: 'cancelled' });
  const both = { customerId: 'ann', ids: [kept.id, cancelled.id] };
  expect(await shop.checkOut(both)).toMatchObject({ reason: 'line_cancelled', line: 1 });
  await new Promise((resolve) => setTimeout(resolve, 40));
  const late = { customerId: 'bob', ids: [lapsed.id] };
  expect(await shop.checkOut(late)).toMatchObject({ reason: 'cart_lapsed', line: 0 });
  await shop.expire();
  expect(await shop.checkOut(late)).toMatchObject({ reason: 'cart_lapsed', line: 0 });
  expect(await countersOf(pool, productId)).toEqual({ stock: 9, reserved: 1 });
});

test('nobody pays for, or cancels, what is in the cart of somebody else', async () => {
  const line = cartLine('ann', await stocked(pool, 1));
  await shop.putInCart(line);
  const notFound = { status: 'refused', reason: 'line_not_found' };
  expect(await shop.checkOut({ customerId: 'bob', ids: [line.id] })).toMatchObject(notFound);
  expect(await shop.cancel({ id: line.id, customerId: 'bob' })).toMatchObject(notFound);
});

test('a customer has at most two orders of a product, of five pieces each', async () => {
  const productId = await stocked(pool, 100);
  const buy = async (quantity: number) =>
    await shop.purchase(order('ann', asked(productId, quantity)));
  expect(await buy(6)).toMatchObject({ reason: 'quantity_over_limit' });
  expect(await buy(5)).toMatchObject({ status: 'paid' });
  expect(await buy(5)).toMatchObject({ status: 'paid' });
  expect(await buy(1)).toMatchObject({ reason: 'orders_over_limit' });
});

test('a delivery that is told twice comes once, and another one cannot have its id', async () => {
  const productId = await createProduct(pool, { name: 'Crate', priceCents: 1 });
  const delivery = { id: randomUUID(), productId, quantity: 7 };
  const outcomes = await Promise.all([restock(pool, delivery), restock(pool, delivery)]);
  expect(outcomes).toEqual([{ status: 'restocked' }, { status: 'restocked' }]);
  expect(await countersOf(pool, productId)).toEqual({ stock: 7, reserved: 0 });
  expect(await restock(pool, { ...delivery, quantity: 8 })).toMatchObject({ reason: 'id_taken' });
});

test('what is not in the catalogue is neither sold nor delivered', async () => {
  const notFound = { status: 'refused', reason: 'product_not_found' };
  const known = await stocked(pool, 1);
  const unknown = order('ann', asked(known), asked(999_999));
  expect(await shop.purchase(unknown)).toMatchObject({ ...notFound, line: 1 });
  expect(await shop.putInCart(cartLine('ann', 999_999))).toMatchObject(notFound);
  expect(await restock(pool, asked(999_999))).toMatchObject(notFound);
});

test.each([
  ['orderId', async () => await shop.purchase({ ...order('ann', asked(1)), orderId: 'mine' })],
  [
    'lines[1].id',
    async () => await shop.purchase(order('ann', asked(1), { productId: 1, quantity: 1, id: '' })),
  ],
  ['lines[0].productId', async () => await shop.purchase(order('ann', asked(1.5)))],
  ['lines', async () => await shop.purchase(order('ann'))],
  ['ids', async () => await shop.checkOut({ customerId: 'ann', ids: [] })],
  ['ids[0]', async () => await shop.checkOut({ customerId: 'ann', ids: ['7'] })],
  ['id', async () => await shop.cancel({ customerId: 'ann', id: '7' })],
  ['quantity', async () => await restock(pool, asked(1, 0))],
  ['productId', async () => await restock(pool, asked(3e9, 1))],
  ['priceCents', async () => await createProduct(pool, { name: 'Crate', priceCents: -1 })],
] as const)('bad input is thrown, and names its field: %s', async (field, ask) => {
  await expect(ask()).rejects.toThrow(InvalidInput);
  await expect(ask()).rejects.toMatchObject({ field });
});

test('whatever was refused, sold and cancelled here, the audit finds no rule broken', async () => {
  expect(await brokenRules(pool)).toEqual([]);
});
