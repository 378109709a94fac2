import { openShop } from '@holdfast/example-shop';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditWithin } from '../src/audit.ts';
import { asked, brokenRules, cartLine, openDatabase, order, stocked } from './corner-shop.ts';

let pool: Pool;

beforeAll(async () => {
  ({ pool } = await openDatabase());
  const shop = await openShop({ pool });
  const productId = await stocked(pool, 10);
  await shop.purchase(order('ann', asked(productId, 2)));
  await shop.putInCart(cartLine('ann', productId, 3));
  await shop.close();
  // What the audit looks for, this refuses: it has to see it all the same.
  await pool.query('drop index shop.order_lines_product_id_customer_id_ordinal_idx');
});

afterAll(() => pool.end());

const corruptions = [
  [
    'no product has more pieces sold and in carts than came',
    'update shop.stock_movements set quantity = 4',
  ],
  [
    'what came is in stock, in carts or sold',
    'update shop.products set stock_quantity = stock_quantity + 1',
  ],
  ['what came is in stock, in carts or sold', `delete from shop.order_lines where state = 'paid'`],
  ['reserved is what carts have', 'update shop.products set reserved_quantity = 2'],
  [
    'no customer has more orders of a product than one may have',
    `insert into shop.order_lines (id, order_id, product_id, customer_id, quantity, price_cents, state)
     select gen_random_uuid(), order_id, product_id, customer_id, 1, 1, 'paid' from shop.order_lines where state = 'paid'`,
  ],
  [
    'what came back damaged is written off, and nothing else is',
    `update shop.order_lines set state = 'returned', is_restocked = false where state = 'paid'`,
  ],
  [
    'what came back damaged is written off, and nothing else is',
    `update shop.stock_movements set kind = 'damaged'`,
  ],
  [
    'what was lost was missing in a stock-taking',
    `update shop.order_lines set state = 'lost', lost_in = (select id from shop.stock_movements) where state = 'in_cart'`,
  ],
] as const;

test('rows that nobody has corrupted break no rule', async () => {
  expect(await brokenRules(pool)).toEqual([]);
});

test.each(corruptions)('the audit sees that %s is broken by: %s', async (rule, corruption) => {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(corruption);
    const broken = (await auditWithin(client)).filter(({ count }) => count > 0);
    expect(broken.map((each) => each.rule)).toContain(rule);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('the audit reads no index: one that has lost rows hides nothing from it', async () => {
  const client = await pool.connect();
  try {
    await client.query(`begin;
      insert into shop.products (name, price_cents) select n::text, 1 from generate_series(1, 5000) n;
      analyze shop.products`);
    const plan = async () => {
      const { rows } = await client.query('explain select from shop.products where id = 1');
      return JSON.stringify(rows);
    };
    expect(await plan()).toContain('Index');
    await auditWithin(client);
    expect(await plan()).toContain('Seq Scan');
  } finally {
    await client.query('rollback');
    client.release();
  }
});
