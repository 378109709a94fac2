import { randomUUID } from 'node:crypto';
import { commit, type Database, migrate, openDatabase } from '@holdfast/data';
import { ormOf } from '@holdfast/data/entities';
import { freshDatabase } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answers, eventOnSale, expectSound, give, reserveBy } from './fixture.ts';

/** The last migration before the unique index began with the event. */
const before = 'Migration20261127061500';

let database: Database;
let eventId: string;
beforeEach(async () => {
  database = await openDatabase({ url: await freshDatabase() });
  await ormOf(database).migrator.up({ to: before });
  eventId = await eventOnSale(database, { total: 100_000 });
  await give(database, eventId, reserveBy('ann'));
});
afterEach(() => database.close());

async function definition(): Promise<string> {
  const { rows } = await database.pool.query<{ it: string }>(
    `select pg_get_indexdef(indexrelid) || case when indisvalid then '' else ' invalid' end as it
     from pg_index where indrelid = 'bookings'::regclass
       and indexrelid::regclass::text like 'ix_bookings_%event%user%' or
       indexrelid = to_regclass('ix_bookings_user_event')`,
  );
  return rows.map(({ it }) => it).join('; ');
}

const eventFirst =
  /^CREATE UNIQUE INDEX ix_bookings_user_event ON .*\(event_id, user_id, ordinal\) WHERE [^;]*(?<! invalid)$/;

test("the ledger's index is replaced, and then has all of a booking's rows", async () => {
  const made = `select pg_get_indexdef('ix_ledger_booking_stage'::regclass) as it`;
  const columns = async () => (await database.pool.query<{ it: string }>(made)).rows[0]?.it;
  expect(await columns()).toContain('WHERE (type = ANY');
  await migrate(database);
  expect(await columns()).toContain('WHERE (booking_id IS NOT NULL)');
  await expectSound(database);
});

describe('the unique index on a user and an event', () => {
  test('is replaced while bookings go on: none is lost, and nobody gets a second one', async () => {
    expect(await definition()).toContain('(user_id, event_id, ordinal)');
    const migrated = new AbortController();
    const userIds = Array.from({ length: 20 }, () => randomUUID());
    const booked: string[] = [];
    /** Asks for each user again and again, as somebody does who got no answer. */
    const book = async () => {
      for (let round = 0; !migrated.signal.aborted || round < 2; round += 1) {
        const commands = userIds.map((userId) => reserveBy(userId));
        booked.push(...answers(await commit(database, eventId, commands)));
      }
    };
    const booking = book();
    await migrate(database);
    migrated.abort();
    await booking;
    expect(await definition()).toMatch(eventFirst);
    expect(booked.filter((answer) => answer === 'held')).toHaveLength(userIds.length);
    await expectSound(database);
  });

  test('is taken where it was made before, without a lock', async () => {
    await database.pool.query(
      `create unique index concurrently ix_bookings_event_user
       on bookings (event_id, user_id, ordinal) where status in ('held', 'confirmed')`,
    );
    const made = `select 'ix_bookings_event_user'::regclass::oid::int as it`;
    const { rows } = await database.pool.query<{ it: number }>(made);
    await migrate(database);
    const found = `select 'ix_bookings_user_event'::regclass::oid::int as it`;
    expect((await database.pool.query(found)).rows).toEqual(rows);
    expect(await definition()).toMatch(eventFirst);
  });

  test('is made anew where somebody began to make it, and it was never finished', async () => {
    await database.pool.query(
      `create unique index ix_bookings_event_user
       on bookings (event_id, user_id, ordinal) where status in ('held', 'confirmed')`,
    );
    // As CREATE INDEX CONCURRENTLY leaves it where it fails.
    await database.commitPool.query(
      `update pg_index set indisvalid = false where indexrelid = 'ix_bookings_event_user'::regclass`,
    );
    await migrate(database);
    expect(await definition()).toMatch(eventFirst);
  });
});
