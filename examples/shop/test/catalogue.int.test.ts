import { type OpenShop, openOrm, openShop, restock, setPrice } from '@holdfast/example-shop';
import { type MikroORM, OptimisticLockError } from '@mikro-orm/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Product } from '../src/schema/product.ts';
import { asked, brokenRules, countersOf, openDatabase, order, stocked } from './corner-shop.ts';

let pool: Pool;
let orm: MikroORM;
let shop: OpenShop;

beforeAll(async () => {
  const database = await openDatabase();
  ({ pool } = database);
  orm = await openOrm(database.url);
  shop = await openShop({ pool });
});

afterAll(async () => {
  await shop.close();
  await orm.close(true);
  await pool.end();
});

test('prices change by the ORM while customers buy, and no sale is undone', async () => {
  const productId = await stocked(pool, 80);
  const buy = async (place: number) =>
    await shop.purchase(order(`customer ${place}`, asked(productId)));
  const prices = async () => {
    for (let priceCents = 1; priceCents <= 30; priceCents += 1)
      await setPrice(orm, { productId, priceCents });
  };
  const customers = async () => {
    for (let volley = 0; volley < 10; volley += 1)
      await Promise.all(
        Array.from({ length: 10 }, async (_, each) => await buy(volley * 10 + each)),
      );
  };
  await Promise.all([prices(), customers()]);
  expect(await countersOf(pool, productId)).toEqual({ stock: 0, reserved: 0 });
  const { rows } = await pool.query('select price_cents from shop.products where id = $1', [
    productId,
  ]);
  expect(rows).toEqual([{ price_cents: 30 }]);
  expect(await brokenRules(pool)).toEqual([]);
});

test('what the ORM read before a delivery, it does not write over it', async () => {
  const productId = await stocked(pool, 10);
  const em = orm.em.fork();
  const product = await em.findOneOrFail(Product, { id: productId });
  await restock(pool, asked(productId, 5));
  product.stockQuantity -= 1;
  await expect(em.flush()).rejects.toThrow(OptimisticLockError);
  expect(await countersOf(pool, productId)).toEqual({ stock: 15, reserved: 0 });
});

test('what the ORM read before a sale is not written over it, and written without the version it would be', async () => {
  const productId = await stocked(pool, 10);
  const em = orm.em.fork();
  const product = await em.findOneOrFail(Product, { id: productId });
  await shop.purchase(order('ann', asked(productId, 2)));
  product.stockQuantity -= 1;
  await expect(em.flush()).rejects.toThrow(OptimisticLockError);
  expect(await brokenRules(pool)).toEqual([]);
  const change = 'update shop.products set stock_quantity = $2 where id = $1';
  await pool.query(change, [productId, product.stockQuantity]);
  expect(await brokenRules(pool)).toEqual(['what came is in stock, in carts or sold']);
});
