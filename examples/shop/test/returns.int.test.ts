import { type OpenShop, openShop, returnLine } from '@holdfast/example-shop';
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

async function bought() {
  const productId = await stocked(pool, 5);
  const line = asked(productId, 2);
  await shop.purchase(order('ann', line));
  return { productId, line, sentBack: { id: line.id, customerId: 'ann' } };
}

test.each([
  [true, 5],
  [false, 3],
])('what is sent back, restocked: %s, leaves %i in stock', async (isRestocked, stock) => {
  const { productId, line, sentBack } = await bought();
  const returned = { status: 'returned', isRestocked };
  expect(await returnLine(pool, { ...sentBack, isRestocked })).toEqual(returned);
  // However often, and whatever is said of it later.
  expect(await returnLine(pool, { ...sentBack, isRestocked: !isRestocked })).toEqual(returned);
  expect(await countersOf(pool, productId)).toEqual({ stock, reserved: 0 });
  expect(await shop.purchase(order('ann', line))).toMatchObject({ reason: 'line_cancelled' });
  expect(await brokenRules(pool)).toEqual([]);
});

test('only what was paid is taken back, and only of whoever paid', async () => {
  const { sentBack } = await bought();
  const inCart = cartLine('ann', await stocked(pool, 1));
  await shop.putInCart(inCart);
  const stranger = { ...sentBack, customerId: 'bob', isRestocked: true };
  expect(await returnLine(pool, stranger)).toMatchObject({ reason: 'line_not_found' });
  const unpaid = { id: inCart.id, customerId: 'ann', isRestocked: true };
  expect(await returnLine(pool, unpaid)).toMatchObject({ reason: 'line_not_paid' });
  expect(await brokenRules(pool)).toEqual([]);
});

test('a line that is sent back ten times at once, and cancelled meanwhile, gives its pieces back once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { productId, line, sentBack } = await bought();
    const [cancelled, ...outcomes] = await Promise.all([
      shop.cancel({ id: line.id, customerId: 'ann' }),
      ...Array.from(
        { length: 10 },
        async () => await returnLine(pool, { ...sentBack, isRestocked: true }),
      ),
    ]);
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    expect(new Set(outcomes.map(({ status }) => status)).size).toBe(1);
    expect(await countersOf(pool, productId)).toEqual({ stock: 5, reserved: 0 });
  }
  expect(await brokenRules(pool)).toEqual([]);
});

test('without the condition on the state a line that is sent back twice gives its pieces back twice, and the audit sees it', async () => {
  const { productId, sentBack } = await bought();
  await returnLine(pool, { ...sentBack, isRestocked: true });
  await pool.query(
    `update shop.order_lines set state = 'returned', is_restocked = true where id = $1`,
    [sentBack.id],
  );
  await pool.query(
    'update shop.products set stock_quantity = stock_quantity + 2, version = version + 1 where id = $1',
    [productId],
  );
  expect(await brokenRules(pool)).toEqual(['what came is in stock, in carts or sold']);
});
