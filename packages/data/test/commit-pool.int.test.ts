import { randomUUID } from 'node:crypto';
import { type Database, openDatabase, sizesOf } from '@holdfast/data';
import type { BookingCommand } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitAs, eventOnSale, give, openFresh, reserveBy } from './fixture.ts';

describe('the connections of a database', () => {
  test('are shared out so that reads and commits have their own', () => {
    expect(sizesOf({ poolSizeMax: 10 })).toEqual({ readCountMax: 3, commitCountMax: 7 });
    expect(sizesOf({})).toEqual({ readCountMax: 3, commitCountMax: 7 });
    expect(sizesOf({ poolSizeMax: 8, readCountMax: 4 })).toEqual({
      readCountMax: 4,
      commitCountMax: 4,
    });
  });

  test('are one of each at least', () => {
    expect(sizesOf({ poolSizeMax: 1 })).toEqual({ readCountMax: 1, commitCountMax: 1 });
  });
});

test('the options of the URL hold on for commits, beside those that commits need', async () => {
  const { database, url } = await openFresh();
  await database.close();
  const named = new URL(url);
  named.searchParams.set('options', '-c search_path=public -c lock_timeout=1234');
  const withOptions = await openDatabase({ url: named.href });
  const show = async (name: string) => {
    const { rows } = await withOptions.commitPool.query(`select current_setting('${name}') as it`);
    return rows[0]?.it as unknown;
  };
  expect(await show('search_path')).toBe('public');
  expect(await show('plan_cache_mode')).toBe('force_generic_plan');
  expect(await show('enable_seqscan')).toBe('off');
  await withOptions.close();
});

test('a transaction that nobody goes on with is ended, and with it the locks of a process that vanished', async () => {
  const { database } = await openFresh();
  for (const pool of [database.pool, database.commitPool]) {
    const name = 'idle_in_transaction_session_timeout';
    const { rows } = await pool.query('select current_setting($1) as it', [name]);
    expect(rows).toEqual([{ it: '5s' }]);
  }
  await database.close();
});

describe('a plan that was made when the tables were all but empty', () => {
  let database: Database;
  let eventIds: string[];
  beforeAll(async () => {
    // One connection for commits, so that what it plans first is what it uses last.
    ({ database } = await openFresh({ poolSizeMax: 2 }));
    eventIds = [await eventOnSale(database), await eventOnSale(database)];
    await everyKindOfCommit();
    // As small as they are, PostgreSQL knows it; and it does not hear of their growth.
    for (const table of ['events', 'bookings', 'ledger', 'outbox']) {
      await database.pool.query(`alter table ${table} set (autovacuum_enabled = false)`);
      await database.pool.query(`vacuum analyze ${table}`);
    }
    await everyKindOfCommit();
    await grow();
  });
  afterAll(() => database.close());

  /** Read or known, alone or together, with bookings that move and some that lapsed. */
  async function everyKindOfCommit(): Promise<void> {
    const [one = '', two = ''] = eventIds;
    const userId = randomUUID();
    const held = reserveBy(userId);
    await give(database, one, held);
    await give(database, one, { type: 'confirm', bookingId: held.bookingId, userId });
    await give(database, one, { type: 'cancel', bookingId: held.bookingId, userId });
    for (const isFirstAttempt of [true, false]) {
      const group = (eventId: string, ...commands: readonly BookingCommand[]) => ({
        eventId,
        commands,
        isFirstAttempt,
      });
      await Promise.all(commitAs(database, [group(one, reserveBy(randomUUID()))]));
      const both = [group(one, reserveBy(randomUUID())), group(two, reserveBy(randomUUID()))];
      await Promise.all(commitAs(database, both));
    }
  }

  const grownBy = 20_000;

  /** Behind the back of everybody, as a storm would in the minute before statistics are renewed. */
  async function grow(): Promise<void> {
    await database.pool.query(`
      insert into events (
        id, organizer_id, title, date, status, seat_count, available_seats, held_seats, version,
        quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms, created_at
      )
      select gen_random_uuid(), 'o', 't', now(), 'on_sale', 1, 1, 0, 1, 1, 1, 1000, now()
      from generate_series(1, ${grownBy})`);
    await database.pool.query(
      `insert into bookings (
         event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at
       )
       select $1, gen_random_uuid(), 'user ' || i, 1, 1, 'confirmed', now(), now()
       from generate_series(1, ${grownBy}) i`,
      [eventIds[0]],
    );
  }

  /** Rows and index entries that commits have read so far. */
  async function readCount(): Promise<number> {
    await database.commitPool.query('select pg_stat_force_next_flush()');
    const { rows } = await database.pool.query<{ readonly total: number }>(`
      select (
        (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables) +
        (select sum(idx_tup_read) from pg_stat_user_indexes)
      )::int as total`);
    return rows[0]?.total ?? 0;
  }

  test('looks each row up when they have grown', async () => {
    const before = await readCount();
    await everyKindOfCommit();
    const count = (await readCount()) - before;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(grownBy / 20);
  });

  test('negative control: a commit that read a table whole would be noticed', async () => {
    const before = await readCount();
    await database.commitPool.query('select sum(seat_count) from bookings');
    expect((await readCount()) - before).toBeGreaterThan(grownBy);
  });
});
