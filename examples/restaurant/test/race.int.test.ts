import { openRestaurant } from '@holdfast/example-restaurant';
import { untilSeen } from '@holdfast/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import { brokenRules, guest, inHours, openAdler, openDatabase } from './adler.ts';

const tables = Array.from({ length: 8 }, (_, place) => ({ name: `Table ${place}`, seats: 2 }));
const starts = [24, 24.5, 25, 25.5].map((hours) => inHours(hours));
const guestCount = 200;

/** Guests of two processes' connections, all at once, for times whose sittings overlap. */
async function race(sql: string | null) {
  const { pool, url } = await openDatabase();
  const otherPool = new Pool({ connectionString: url, max: 5 });
  const { restaurant, restaurantId } = await openAdler(pool, { tables });
  const other = await openRestaurant({ pool: otherPool, restaurantId });
  try {
    if (sql !== null) await pool.query(sql);
    const guests = Array.from({ length: guestCount }, (_, place) =>
      guest(`guest ${place}`, 2, starts[place % starts.length]),
    );
    const outcomes = await Promise.all(
      guests.map((asked, place) => (place % 3 === 0 ? other : restaurant).book(asked)),
    );
    const reserved = outcomes.filter(({ status }) => status === 'confirmed');
    const told = new Set(
      outcomes.map((each) => (each.status === 'refused' ? each.reason : each.status)),
    );
    return { broken: await brokenRules(pool), reservedCount: reserved.length, told };
  } finally {
    await Promise.all([restaurant.close(), other.close()]);
    await Promise.all([pool.end(), otherPool.end()]);
  }
}

test('200 guests who want overlapping times at 8 tables get each table once, and all the tables', async () => {
  const { broken, reservedCount, told } = await race(null);
  expect(broken).toEqual([]);
  expect(reservedCount).toBe(tables.length);
  expect([...told].toSorted()).toEqual(expect.arrayContaining(['confirmed', 'no_table']));
});

test("without the key of the tables' quarters two parties are seen at one table", async () => {
  const { broken } = await untilSeen(
    () => race('alter table restaurant.table_quarters drop constraint one_party_at_a_table'),
    (found) => found.broken.length > 0,
  );
  expect(broken).toEqual(['no two parties have a table at the same time']);
});
