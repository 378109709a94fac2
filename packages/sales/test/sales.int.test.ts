import { randomUUID } from 'node:crypto';
import { InvalidInput, type Sales } from '@holdfast/sales';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimBy, harmTo, openShop, rowOf, sell, stocked } from './shop.ts';

let pool: Pool;
let sales: Sales;
beforeAll(async () => {
  ({ pool } = await openShop());
  sales = await sell(pool);
});
afterAll(async () => {
  await sales.close();
  await pool.end();
});

/** Time passes for these holds. */
async function lapse(itemId: number): Promise<void> {
  await pool.query(
    `update shop."order" set reserved_until = now() - interval '1 second'
     where product_id = $1 and state = 'in_cart'`,
    [itemId],
  );
}

describe('a claim', () => {
  test('is held, confirmed and cancelled, and the counters follow', async () => {
    const itemId = await stocked(pool, 10);
    const claim = claimBy('ann', itemId, 2);
    const { id } = claim;
    const facts = { id, itemId: String(itemId), userId: 'ann', quantity: 2 };
    expect(await sales.reserve(claim)).toMatchObject({ ...facts, status: 'held' });
    expect(await rowOf(pool, itemId)).toEqual({ available: 8, held: 2, version: 2 });
    expect(await sales.confirm(claim)).toEqual({ ...facts, status: 'confirmed' });
    expect(await rowOf(pool, itemId)).toEqual({ available: 8, held: 0, version: 3 });
    expect(await sales.cancel(claim)).toEqual({ ...facts, status: 'cancelled' });
    expect(await rowOf(pool, itemId)).toEqual({ available: 10, held: 0, version: 4 });
  });

  test('with the same id and content gives the same answer and one effect', async () => {
    const itemId = await stocked(pool, 10);
    const claim = claimBy('ann', itemId, 2);
    const first = await sales.reserve(claim);
    const again = await Promise.all([sales.reserve(claim), sales.reserve(claim)]);
    expect(again).toEqual([first, first]);
    expect(await rowOf(pool, itemId)).toEqual({ available: 8, held: 2, version: 2 });
  });

  test('whose id has another content, another user or another item is refused: id_taken', async () => {
    const [itemId, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const claim = claimBy('ann', itemId, 2);
    await sales.book(claim);
    const others = [{ quantity: 3 }, { userId: 'bob' }, { itemId: other }];
    const outcomes = await Promise.all(others.map((each) => sales.book({ ...claim, ...each })));
    const idTaken = { status: 'refused', reason: 'id_taken' };
    expect(outcomes).toMatchObject([idTaken, idTaken, idTaken]);
    const stranger = await sales.cancel({ ...claim, itemId: other });
    expect(stranger).toMatchObject({ status: 'refused', reason: 'booking_not_found' });
    expect(await harmTo(pool, itemId, 10)).toEqual([]);
  });

  test('is refused in the words of the rules', async () => {
    const itemId = await stocked(pool, 3);
    const reasonOf = async (asked: Parameters<Sales['book']>[0]) => {
      const outcome = await sales.book(asked);
      return outcome.status === 'refused' ? outcome.reason : outcome.status;
    };
    expect(await reasonOf(claimBy('ann', itemId, 0))).toBe('invalid_quantity');
    expect(await reasonOf(claimBy('ann', 999_999_999))).toBe('event_not_found');
    expect(await reasonOf(claimBy('ann', itemId, 6))).toBe('quantity_over_limit');
    expect(await reasonOf(claimBy('ann', itemId, 4))).toBe('sold_out');
    expect(await reasonOf(claimBy('ann', itemId))).toBe('confirmed');
    expect(await reasonOf(claimBy('ann', itemId))).toBe('confirmed');
    expect(await reasonOf(claimBy('ann', itemId))).toBe('bookings_over_limit');
  });

  test('has further columns of its row, and the defaults of those it does not name', async () => {
    const itemId = await stocked(pool, 10);
    const [rich, plain] = [claimBy('ann', itemId), claimBy('bob', itemId)];
    const also = {
      total_cents: 9_007_199_254_740_993n,
      gift: true,
      note: `it's "so", \\ and {all}`,
    };
    await Promise.all([sales.book({ ...rich, also }), sales.book(plain)]);
    const { rows } = await pool.query(
      'select total_cents, gift, note from shop."order" where product_id = $1 order by "Customer Id"',
      [itemId],
    );
    expect(rows).toEqual([
      { ...also, total_cents: '9007199254740993' },
      { total_cents: null, gift: null, note: 'none' },
    ]);
  });

  test('whose further columns its table refuses fails alone, and the others of its group go on', async () => {
    const itemId = await stocked(pool, 10);
    const bad = sales.book({ ...claimBy('ann', itemId), also: { note: null } });
    const good = sales.book(claimBy('bob', itemId));
    await expect(bad).rejects.toMatchObject({ code: '23502', column: 'note' });
    expect(await good).toMatchObject({ status: 'confirmed' });
    expect(await harmTo(pool, itemId, 10)).toEqual([]);
  });

  test.each([
    ['itemId', { itemId: 'x' }],
    ['itemId', { itemId: 2 ** 64 }],
    ['id', { id: 'no uuid' }],
    ['userId', { userId: 7 }],
    ['quantity', { quantity: '1' as unknown as number }],
    ['also.nothing', { also: { nothing: 1 } }],
    ['also.state', { also: { state: 'paid' } }],
    ['also.note', { also: { note: undefined } }],
  ])('with a wrong %s is an error that names it: %j', async (field, wrong) => {
    const asked = sales.book({ ...claimBy('ann', 1), ...wrong });
    await expect(asked).rejects.toMatchObject({ name: InvalidInput.name, field });
  });
});

describe('a hold that lapsed', () => {
  test('cannot be confirmed, and its pieces go to the next claim', async () => {
    const itemId = await stocked(pool, 2);
    const hold = claimBy('ann', itemId, 2);
    await sales.reserve(hold);
    expect(await sales.book(claimBy('bob', itemId))).toMatchObject({ reason: 'sold_out' });
    await lapse(itemId);
    expect(await sales.confirm(hold)).toMatchObject({ reason: 'hold_lapsed' });
    expect(await sales.book(claimBy('bob', itemId))).toMatchObject({ status: 'confirmed' });
    expect(await sales.reserve(hold)).toMatchObject({ status: 'expired' });
    expect(await rowOf(pool, itemId)).toMatchObject({ available: 1, held: 0 });
  });

  test('leaves its place among the claims of its user to the next one', async () => {
    const itemId = await stocked(pool, 10);
    await Promise.all([1, 2].map(() => sales.reserve(claimBy('ann', itemId))));
    expect(await sales.reserve(claimBy('ann', itemId))).toMatchObject({
      reason: 'bookings_over_limit',
    });
    await lapse(itemId);
    expect(await sales.reserve(claimBy('ann', itemId))).toMatchObject({ status: 'held' });
    expect(await harmTo(pool, itemId, 10)).toEqual([]);
  });

  test('is swept, so many at a time', async () => {
    const itemId = await stocked(pool, 10);
    await Promise.all([1, 2, 3].map((each) => sales.reserve(claimBy(`user ${each}`, itemId))));
    await lapse(itemId);
    expect(await sales.expire({ claimCountMax: 2 })).toEqual({ expiredCount: 2 });
    expect(await rowOf(pool, itemId)).toMatchObject({ available: 9, held: 1 });
    expect(await sales.expire({ claimCountMax: 2 })).toEqual({ expiredCount: 1 });
    expect(await sales.expire({ claimCountMax: 2 })).toEqual({ expiredCount: 0 });
    await expect(sales.expire({ claimCountMax: 0 })).rejects.toMatchObject({
      field: 'claimCountMax',
    });
  });
});

describe('another program that writes in between', () => {
  /** Sales whose first write comes after this. */
  async function salesAfter(meanwhile: () => Promise<unknown>): Promise<Sales> {
    const slow = await sell(pool);
    const query = pool.query.bind(pool) as (config: unknown) => Promise<unknown>;
    const late = async (config: { text: string }) => {
      if (config.text.includes('holdfast_moved')) {
        Object.assign(pool, { query });
        await meanwhile();
      }
      return await query(config);
    };
    Object.assign(pool, { query: late });
    return slow;
  }

  test('and takes the stock away, is not oversold', async () => {
    const itemId = await stocked(pool, 5);
    const slow = await salesAfter(() =>
      pool.query('update shop.products set stock_quantity = 1 where id = $1', [itemId]),
    );
    expect(await slow.book(claimBy('ann', itemId, 2))).toMatchObject({ reason: 'sold_out' });
    expect(await rowOf(pool, itemId)).toMatchObject({ available: 1, held: 0 });
  });

  test('and moves the same claim, is seen: one of both counts', async () => {
    const itemId = await stocked(pool, 5);
    const hold = claimBy('ann', itemId, 2);
    await sales.reserve(hold);
    const slow = await salesAfter(() => sales.cancel(hold));
    expect(await slow.confirm(hold)).toMatchObject({ reason: 'booking_cancelled' });
    expect(await harmTo(pool, itemId, 5)).toEqual([]);
  });

  test('and raises the version as well, does no harm', async () => {
    const itemId = await stocked(pool, 5);
    const slow = await salesAfter(() =>
      pool.query('update shop.products set version = version + 1, name = $2 where id = $1', [
        itemId,
        'new name',
      ]),
    );
    expect(await slow.book(claimBy('ann', itemId))).toMatchObject({ status: 'confirmed' });
    expect(await rowOf(pool, itemId)).toEqual({ available: 4, held: 0, version: 3 });
  });

  test('and raises the version by a trigger at every write, ours included, does no harm', async () => {
    const { pool: own } = await openShop();
    await own.query(`
      create function raise_version() returns trigger language plpgsql as $$
      begin new.version := new.version + 10; return new; end $$;
      create trigger raise_version before update on shop.products for each row execute function raise_version();
      insert into shop.products (id, stock_quantity) values (1, 3)`);
    const raised = await sell(own);
    const hold = claimBy('ann', 1);
    await raised.reserve(hold);
    const books = [1, 2, 3].map((each) => raised.book(claimBy(`user ${each}`, 1)));
    const told = (await Promise.all(books)).map(({ status }) => status);
    expect(told.toSorted()).toEqual(['confirmed', 'confirmed', 'refused']);
    expect(await raised.confirm(hold)).toMatchObject({ status: 'confirmed' });
    expect(await rowOf(own, 1)).toMatchObject({ available: 0, held: 0 });
    await own.end();
  });

  test('and leaves a status that is not mapped, is an error that names it and touches nothing else', async () => {
    await using strange = await strangeShop();
    const claim = { itemId: 1, id: randomUUID(), userId: 'ann', quantity: 1 };
    await strange.sales.book(claim);
    await strange.pool.query(`update shop."order" set state = 'sent'`);
    await expect(strange.sales.cancel(claim)).rejects.toThrow(
      'claim.status: shop.order has rows whose "state" is "sent", and no status is mapped to it.',
    );
    expect(await rowOf(strange.pool, 1)).toMatchObject({ available: 4 });
  });

  async function strangeShop() {
    const { pool: own } = await openShop();
    await own.query(`alter type shop.order_state add value 'sent'`);
    await own.query('insert into shop.products (id, stock_quantity) values (1, 5)');
    const opened = await sell(own);
    return { sales: opened, pool: own, [Symbol.asyncDispose]: async () => await own.end() };
  }
});

describe('sales that are closed', () => {
  test('end what is under way, take no more, and leave the pool open', async () => {
    const itemId = await stocked(pool, 5);
    const closing = await sell(pool);
    const last = closing.book(claimBy('ann', itemId));
    await closing.close();
    expect(await last).toMatchObject({ status: 'confirmed' });
    await expect(closing.book(claimBy('bob', itemId))).rejects.toMatchObject({ name: 'Draining' });
    expect((await pool.query('select 1')).rowCount).toBe(1);
  });
});
