import { randomUUID } from 'node:crypto';
import { commit, type Database, migrate, openDatabase } from '@holdfast/data';
import { ormOf } from '@holdfast/data/entities';
import { freshDatabase } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answers, eventOnSale, expectSound, give, reserveBy } from './fixture.ts';

/** The last migration before the ledger's index had all of a booking's rows. */
const before = 'Migration20261127061500';
/** Of later ones, what the code of today needs to book at all: columns, and nothing of that index. */
const needed = ['Migration20261127150000'];

let database: Database;
let eventId: string;
beforeEach(async () => {
  database = await openDatabase({ url: await freshDatabase() });
  await ormOf(database).migrator.up({ to: before });
  await ormOf(database).migrator.up({ migrations: needed });
  eventId = await eventOnSale(database, { total: 100_000 });
  await give(database, eventId, reserveBy('ann'));
});
afterEach(() => database.close());

/** As docs/operations.md says it. */
const onLedger = `on ledger (event_id, booking_id, type, (case when type in ('booking_held', 'booking_confirmed',
  'booking_cancelled', 'booking_expired') then 0 else version * 4294967296 + position end))
  where booking_id is not null`;

async function definition(): Promise<string> {
  const { rows } = await database.pool.query<{ it: string }>(
    `select pg_get_indexdef(indexrelid) || case when indisvalid then '' else ' invalid' end as it
     from pg_index where indexrelid::regclass::text like 'ix_ledger_booking_%'`,
  );
  return rows.map(({ it }) => it).join('; ');
}

const replaced =
  /^CREATE UNIQUE INDEX ix_ledger_booking_stage ON [^;]* WHERE \(booking_id IS NOT NULL\)$/;

describe("the ledger's index on a booking's rows", () => {
  test('is replaced while bookings go on: none is lost, and nobody gets a second one', async () => {
    expect(await definition()).toContain('WHERE (type = ANY');
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
    expect(await definition()).toMatch(replaced);
    expect(booked.filter((answer) => answer === 'held')).toHaveLength(userIds.length);
    await expectSound(database);
  });

  test('is taken where it was made before, without a lock', async () => {
    await database.pool.query(
      `create unique index concurrently ix_ledger_booking_place ${onLedger}`,
    );
    const made = `select 'ix_ledger_booking_place'::regclass::oid::int as it`;
    const { rows } = await database.pool.query<{ it: number }>(made);
    await migrate(database);
    const found = `select 'ix_ledger_booking_stage'::regclass::oid::int as it`;
    expect((await database.pool.query(found)).rows).toEqual(rows);
    expect(await definition()).toMatch(replaced);
  });

  test('is made anew where somebody began to make it, and it was never finished', async () => {
    await database.pool.query(`create unique index ix_ledger_booking_place ${onLedger}`);
    // As CREATE INDEX CONCURRENTLY leaves it where it fails.
    await database.commitPool.query(
      `update pg_index set indisvalid = false where indexrelid = 'ix_ledger_booking_place'::regclass`,
    );
    await migrate(database);
    expect(await definition()).toMatch(replaced);
  });
});
