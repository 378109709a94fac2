import { openOrm, setGuestCountMax } from '@holdfast/example-restaurant';
import { type MikroORM, OptimisticLockError } from '@mikro-orm/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TimeSlot } from '../src/schema/time-slot.ts';
import { brokenRules, guest, inHours, openAdler, openDatabase } from './adler.ts';

const tables = Array.from({ length: 100 }, (_, place) => ({ name: `Table ${place}`, seats: 2 }));

let pool: Pool;
let orm: MikroORM;

beforeAll(async () => {
  const database = await openDatabase();
  ({ pool } = database);
  orm = await openOrm(database.url);
});

afterAll(async () => {
  await orm.close(true);
  await pool.end();
});

async function open() {
  const { restaurant, restaurantId } = await openAdler(pool, { tables });
  const at = inHours(24);
  const { rows } = await pool.query<{ id: string }>(
    'select id from restaurant.time_slots where restaurant_id = $1 and starts_at = $2',
    [restaurantId, at],
  );
  return { restaurant, at, slotId: rows[0]?.id ?? '' };
}

test('staff says how many may come while guests reserve, and nothing that was taken is forgotten', async () => {
  const { restaurant, at, slotId } = await open();
  const set = async (guestCountMax: number) =>
    await setGuestCountMax(orm, { slotId, guestCountMax });
  const over = new AbortController();
  let takenCount = 0;
  const guests = async () => {
    for (let volley = 0; volley < 8; volley += 1) {
      const asked = Array.from({ length: 10 }, (_, place) => guest(`${volley}.${place}`, 1, at));
      const outcomes = await Promise.all(asked.map((each) => restaurant.book(each)));
      takenCount += outcomes.filter(({ status }) => status === 'confirmed').length;
    }
    over.abort();
  };
  const staff = async () => {
    for (let change = 0; change < 1_000 && !over.signal.aborted; change += 1)
      await set(60 + (change % 2));
  };
  await Promise.all([guests(), staff()]);
  expect(await brokenRules(pool)).toEqual([]);
  expect(takenCount).toBeGreaterThanOrEqual(60);
  expect(await set(takenCount - 1)).toEqual({
    status: 'refused',
    reason: 'below_taken',
    takenCount,
  });
  expect(await set(takenCount)).toEqual({ status: 'set' });
  expect(await restaurant.book(guest('late', 1, at))).toMatchObject({ reason: 'fully_booked' });
  await restaurant.close();
});

test('what staff read before a guest reserved is not written over it, and written without the version it would be', async () => {
  const { restaurant, at, slotId } = await open();
  const em = orm.em.fork();
  const slot = await em.findOneOrFail(TimeSlot, { id: slotId });
  const stale = { tableCapacity: slot.tableCapacity - 10, guestCountMax: slot.guestCountMax - 10 };
  await restaurant.book(guest('ann', 2, at));
  em.assign(slot, stale);
  await expect(em.flush()).rejects.toThrow(OptimisticLockError);
  expect(await brokenRules(pool)).toEqual([]);
  await pool.query(
    'update restaurant.time_slots set table_capacity = $2, guest_count_max = $3 where id = $1',
    [slotId, stale.tableCapacity, stale.guestCountMax],
  );
  expect(await brokenRules(pool)).toEqual(['the counters of a slot are what its reservations say']);
  await restaurant.close();
});
