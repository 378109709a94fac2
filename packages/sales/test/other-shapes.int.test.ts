import { openSales, sqlFor } from '@holdfast/sales';
import { freshDatabase } from '@holdfast/testing';
import { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { claimBy, openShop, rowOf, sell, shop } from './shop.ts';

describe('items without holds', () => {
  test('are booked and cancelled, and cannot be reserved', async () => {
    const { held: _held, ...item } = shop.item;
    const { expiresAt: _expiresAt, status, ...claim } = shop.claim;
    const { held: _word, expired: _expired, ...words } = status;
    const { holdDurationMs: _duration, ...policy } = shop.policy;
    const { pool: own } = await openShop();
    await own.query(
      `create unique index on shop."order" (product_id, "Customer Id", ordinal) where state in ('paid')`,
    );
    await own.query('insert into shop.products (id, stock_quantity) values (1, 5)');
    const plain = await sell(own, { item, claim: { ...claim, status: words }, policy });
    const sold = claimBy('ann', 1, 2);
    expect(await plain.book(sold)).toMatchObject({ status: 'confirmed' });
    expect(await plain.cancel(sold)).toMatchObject({ status: 'cancelled' });
    expect(await plain.expire({ claimCountMax: 5 })).toEqual({ expiredCount: 0 });
    await expect(plain.reserve(sold)).rejects.toMatchObject({ field: 'reserve' });
    expect(await rowOf(own, 1)).toMatchObject({ available: 5, held: 0 });
    await own.end();
  });
});

describe('claims without users', () => {
  const tables = {
    item: { table: 'gifts', id: 'id', available: 'stock', version: 'version', held: 'held' },
    claim: {
      table: 'takings',
      id: 'id',
      item: 'gift_id',
      quantity: 'quantity',
      status: { column: 'state', held: 'h', confirmed: 'c', cancelled: 'x', expired: 'e' },
      expiresAt: 'until',
    },
    policy: { quantityPerClaimMax: 5, holdDurationMs: 600_000 },
  };

  test('are held, sold and given back like any other, and nothing but the stock bounds them', async () => {
    const own = new Pool({ connectionString: await freshDatabase(), max: 2 });
    await own.query(`
      create table gifts (id int primary key, stock int not null, held int not null default 0);
      create table takings (
        id int primary key, gift_id int not null, quantity int not null, state text not null, until timestamptz
      );
      ${sqlFor(tables)} insert into gifts (id, stock) values (1, 20)`);
    const gifts = await openSales({ pool: own, ...tables });
    const claims = Array.from({ length: 30 }, (_, id) => ({ itemId: 1, id, quantity: 1 }));
    const ends = await Promise.all(claims.map((claim) => gifts.book(claim)));
    const sold = ends.filter(({ status }) => status === 'confirmed');
    expect(sold).toHaveLength(20);
    const facts = { itemId: '1', id: '0', userId: null, quantity: 1 };
    expect(await gifts.book({ itemId: 1, id: 0, quantity: 1 })).toEqual({
      ...facts,
      status: 'confirmed',
    });
    expect(await gifts.book({ itemId: 1, id: 0, quantity: 2 })).toMatchObject({
      reason: 'id_taken',
    });
    expect(await gifts.cancel({ itemId: 1, id: 0 })).toEqual({ ...facts, status: 'cancelled' });
    expect(await gifts.reserve({ itemId: 1, id: 99, quantity: 1 })).toMatchObject({
      status: 'held',
    });
    await own.query(`update takings set until = now() where state = 'h'`);
    const lines = [{ itemId: 1, id: 100, quantity: 1 }];
    expect(await gifts.bookTogether({ lines })).toMatchObject({ status: 'confirmed' });
    await expect(gifts.book({ itemId: 1, id: 7, userId: 7, quantity: 1 })).rejects.toMatchObject({
      field: 'userId',
    });
    const { rows } = await own.query('select stock, held from gifts');
    expect(rows).toEqual([{ stock: 0, held: 0 }]);
    await own.end();
  });
});

describe('a status of several words', () => {
  test('writes the first, and counts rows with any of them', async () => {
    const status = { ...shop.claim.status, confirmed: ['paid', 'shipped'] };
    const tables = { ...shop, claim: { ...shop.claim, status } };
    const { pool: own } = await openShop();
    await own.query(`alter type shop.order_state add value 'shipped'`);
    await own.query(
      sqlFor(tables)
        .split('\n')
        .find((sql) => sql.includes('shipped')) ?? '',
    );
    await own.query('insert into shop.products (id, stock_quantity) values (1, 5)');
    const shipping = await openSales({ pool: own, ...tables });
    const claims = [claimBy('ann', 1), claimBy('ann', 1)];
    for (const claim of claims) {
      expect(await shipping.book(claim)).toMatchObject({ status: 'confirmed' });
    }
    const { rows } = await own.query('select distinct state from shop."order"');
    expect(rows).toEqual([{ state: 'paid' }]);
    await own.query(`update shop."order" set state = 'shipped'`);
    expect(await shipping.book(claimBy('ann', 1))).toMatchObject({ reason: 'bookings_over_limit' });
    const [one = claimBy('ann', 1)] = claims;
    expect(await shipping.confirm(one)).toMatchObject({ status: 'confirmed' });
    expect(await shipping.cancel(one)).toMatchObject({ status: 'cancelled' });
    expect(await rowOf(own, 1)).toMatchObject({ available: 4 });
    await own.end();
  });
});
