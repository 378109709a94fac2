import { randomUUID } from 'node:crypto';
import { InvalidInput, type Sales } from '@holdfast/sales';
import { startTcpProxy } from '@holdfast/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimBy, harmTo, openShop, rowOf, sell, stocked } from './shop.ts';

let pool: Pool;
let url: string;
let sales: Sales;
beforeAll(async () => {
  ({ pool, url } = await openShop());
  sales = await sell(pool);
});
afterAll(async () => {
  await sales.close();
  await pool.end();
});

const line = (itemId: number, quantity = 1) => ({ itemId, id: randomUUID(), quantity });

/** How many pieces of each are left. */
async function availableOf(...itemIds: readonly number[]): Promise<readonly number[]> {
  return await Promise.all(itemIds.map(async (id) => (await rowOf(pool, id)).available));
}

describe('lines that are booked together', () => {
  test('are all sold, each as a row of its own, and the same lines again give the same claims', async () => {
    const [one, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const lines = [
      { ...line(other, 2), also: { note: 'second' } },
      { ...line(one), also: { total_cents: 7 } },
      line(other),
    ];
    const first = await sales.bookTogether({ userId: 'ann', lines });
    const claims = lines.map(({ itemId, id, quantity }) => {
      return { id, itemId: String(itemId), userId: 'ann', quantity, status: 'confirmed' };
    });
    expect(first).toEqual({ status: 'confirmed', claims });
    const again = await Promise.all([1, 2].map(() => sales.bookTogether({ userId: 'ann', lines })));
    expect(again).toEqual([first, first]);
    expect(await availableOf(one, other)).toEqual([9, 7]);
    const { rows } = await pool.query(
      'select note, total_cents from shop."order" where product_id = any ($1) order by note, total_cents',
      [[one, other]],
    );
    expect(rows).toEqual([
      { note: 'none', total_cents: '7' },
      { note: 'none', total_cents: null },
      { note: 'second', total_cents: null },
    ]);
  });

  test('are none of them sold where one cannot be, which is named', async () => {
    const [full, scarce] = [await stocked(pool, 10), await stocked(pool, 3)];
    const lines = [line(full), line(scarce, 2), line(full), line(scarce, 2)];
    const outcome = await sales.bookTogether({ userId: 'ann', lines });
    expect(outcome).toMatchObject({ status: 'refused', line: 3, reason: 'sold_out' });
    expect(await availableOf(full, scarce)).toEqual([10, 3]);
    expect(await harmTo(pool, full, 10)).toEqual([]);
  });

  test('are refused by the limit of a user over all lines of an item, and where there is no such item', async () => {
    const itemId = await stocked(pool, 10);
    const lines = [line(itemId), line(itemId), line(itemId)];
    expect(await sales.bookTogether({ userId: 'ann', lines })).toMatchObject({
      line: 2,
      reason: 'bookings_over_limit',
    });
    const missing = [line(itemId), line(999_999_999)];
    expect(await sales.bookTogether({ userId: 'ann', lines: missing })).toMatchObject({
      line: 1,
      reason: 'event_not_found',
    });
    expect(await availableOf(itemId)).toEqual([10]);
  });

  test('confirm the holds that have their ids', async () => {
    const [one, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const hold = claimBy('ann', one, 2);
    await sales.reserve(hold);
    const lines = [hold, line(other)];
    expect(await sales.bookTogether({ userId: 'ann', lines })).toMatchObject({
      status: 'confirmed',
    });
    expect(await rowOf(pool, one)).toMatchObject({ available: 8, held: 0 });
    expect(await availableOf(other)).toEqual([9]);
  });

  test('are refused where the claim of one has ended since, and nothing else of them is written', async () => {
    const [one, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const [sold, held] = [claimBy('ann', one), claimBy('ann', one)];
    await Promise.all([sales.book(sold), sales.reserve(held)]);
    await sales.cancel(sold);
    await pool.query(`update shop."order" set reserved_until = now() where id = $1`, [held.id]);
    const reasonOf = async (ended: typeof sold) =>
      await sales.bookTogether({ userId: 'ann', lines: [line(other), ended] });
    expect(await reasonOf(sold)).toMatchObject({ line: 1, reason: 'booking_cancelled' });
    expect(await reasonOf(held)).toMatchObject({ line: 1, reason: 'hold_lapsed' });
    expect(await availableOf(other)).toEqual([10]);
  });

  const itemId = 1;
  const id = randomUUID();
  test.each<[string, unknown]>([
    ['lines', []],
    ['lines', undefined],
    ['lines', Array.from({ length: 21 }, () => line(itemId))],
    ['lines[1].itemId', [line(itemId), { ...line(itemId), itemId: 'x' }]],
    ['lines[0].id', [{ ...line(itemId), id: 'no uuid' }]],
    ['lines[0].quantity', [{ ...line(itemId), quantity: '1' }]],
    ['lines[0].also.nothing', [{ ...line(itemId), also: { nothing: 1 } }]],
    ['lines[1].id', [line(itemId), line(itemId)].map((each) => ({ ...each, id }))],
  ])('with wrong %s are an error that names it', async (field, lines) => {
    const asked = { userId: 'ann', lines: lines as [] };
    await expect(sales.bookTogether(asked)).rejects.toMatchObject({
      name: InvalidInput.name,
      field,
    });
  });

  test('whose further columns a table refuses are none of them sold', async () => {
    const [one, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const lines = [line(one), { ...line(other), also: { note: null } }];
    await expect(sales.bookTogether({ userId: 'ann', lines })).rejects.toMatchObject({
      code: '23502',
    });
    expect(await availableOf(one, other)).toEqual([10, 10]);
  });

  test('whose commit breaks are all sold or none, and the same lines settle it', async () => {
    await using proxy = await startTcpProxy(url);
    const own = new Pool({ connectionString: proxy.url, max: 3, connectionTimeoutMillis: 500 });
    own.on('error', () => {});
    const broken = await sell(own);
    const [one, other] = [await stocked(pool, 10), await stocked(pool, 10)];
    const asked = { userId: 'ann', lines: [line(one), line(other)] };
    for (const cut of ['before_request', 'before_answer'] as const) {
      proxy.cutNext({ cut, when: 'commit', first: () => proxy.cut() });
      const outcome = await broken.bookTogether(asked);
      expect(outcome).toEqual({ status: 'unknown' });
      const left = cut === 'before_request' ? 10 : 9;
      await expect.poll(() => availableOf(one, other)).toEqual([left, left]);
      proxy.restore();
    }
    expect(await broken.bookTogether(asked)).toMatchObject({ status: 'confirmed' });
    expect(await availableOf(one, other)).toEqual([9, 9]);
    await own.end();
  });
});
