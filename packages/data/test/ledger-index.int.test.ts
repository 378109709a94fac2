import { randomUUID } from 'node:crypto';
import { audit, type Database, findBookingHistory, plansOf } from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOnSale, expectSound, give, openFresh, reserveBy } from './fixture.ts';

let database: Database;
let eventId: string;
const bookingId = randomUUID();
beforeAll(async () => {
  ({ database } = await openFresh());
  const policy = { holdExtensionMaxMs: 600_000 };
  eventId = await eventOnSale(database, { total: 10, policy });
  await give(database, eventId, reserveBy('ann', { bookingId }));
  for (const type of ['extend', 'confirm', 'cancel'] as const) {
    await give(database, eventId, { type, bookingId, userId: 'ann' });
  }
  const lapsed = reserveBy('bob');
  await give(database, eventId, lapsed);
  await database.pool.query(
    `update bookings set expires_at = now() - interval '1 second' where event_id = $1 and id = $2`,
    [eventId, lapsed.bookingId],
  );
  // Of the whole house: his hold has to make room.
  await give(database, eventId, reserveBy('eve', { quantity: 10 }));
});
afterAll(() => database.close());

/** What the database says to the same rows of the ledger once more, so many versions later. */
async function entered(type: string, later: number): Promise<string> {
  const again = `
    insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity)
    select event_id, version + $2, position, type, at, booking_id, user_id, ordinal, quantity
    from ledger where event_id = $1 and type = '${type}' order by version limit 1`;
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    const { rowCount } = await client.query(again, [eventId, later]);
    return rowCount === 1 ? 'entered' : 'not found';
  } catch (error) {
    return error instanceof Error && 'constraint' in error ? String(error.constraint) : 'failed';
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const onceEach = ['booking_held', 'booking_confirmed', 'booking_cancelled', 'booking_expired'];

describe("the index on a booking's rows of the ledger", () => {
  test.each(onceEach)('refuses that a booking is %s twice', async (type) => {
    expect(await entered(type, 100)).toBe('ix_ledger_booking_stage');
  });

  test('lets a booking change otherwise as often as it does', async () => {
    expect(await entered('booking_extended', 100)).toBe('entered');
  });

  test("finds a booking's history without a look at that of others", async () => {
    await database.pool.query(
      `insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity)
       select $1, 1000 + n / 50, n % 50, 'booking_confirmed', now(), gen_random_uuid(), 'u', 1, 1
       from generate_series(1, 20000) n`,
      [randomUUID()],
    );
    await database.pool.query(
      `insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity)
       select $1, 1000 + n / 50, n % 50, 'booking_confirmed', now(), gen_random_uuid(), 'u', 1, 1
       from generate_series(1, 20000) n`,
      [eventId],
    );
    await database.commitPool.query('vacuum analyze ledger');
    const read = (noted: Database) => findBookingHistory(noted, { eventId, bookingId });
    expect(await read(database)).toHaveLength(4);
    for (const { text, bufferCount } of await plansOf(database, read)) {
      expect(text).toContain('ix_ledger_booking_stage');
      expect(bufferCount).toBeLessThan(20);
    }
  });
});

test.each(onceEach)('taken out, a booking is %s twice, and the audit finds it', async (type) => {
  const fresh = await openFresh();
  const id = await eventOnSale(fresh.database);
  await give(fresh.database, id, reserveBy('ann'));
  await expectSound(fresh.database);
  await fresh.database.pool.query('drop index ix_ledger_booking_stage');
  const twice = `
    insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity)
    select event_id, version, position + n, $1, at, booking_id, user_id, ordinal, quantity
    from ledger, generate_series(1, 2) n where type = 'booking_held'`;
  await fresh.database.pool.query(twice, [type]);
  const { invariants } = await audit(fresh.database, { eventId: null });
  const broken = invariants.flatMap(({ id: name, violations }) =>
    violations.length ? [name] : [],
  );
  expect(broken).toContain('I4');
  await fresh.database.close();
});
