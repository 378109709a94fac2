import { type Database, migrate, openDatabase } from '@holdfast/data';
import { Event, ormOf } from '@holdfast/data/entities';
import { OptimisticLockError } from '@mikro-orm/core';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../src/schema/migrations/index.ts';
import { eventOnSale, give, openFresh, reserveBy } from './fixture.ts';

let database: Database;
let url: string;
beforeAll(async () => {
  ({ database, url } = await openFresh());
});
afterAll(() => database.close());

async function column(query: string): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(query);
  return rows.map((row) => Object.values(row)[0]);
}

describe('the schema', () => {
  test("has the guide's tables, columns, constraints and indexes, under the guide's names", async () => {
    const columnsOf = (table: string) =>
      column(`select column_name from information_schema.columns where table_name = '${table}'`);
    expect(await columnsOf('events')).toEqual(
      expect.arrayContaining(['id', 'title', 'date', 'seat_count', 'available_seats', 'version']),
    );
    expect(await columnsOf('bookings')).toEqual(
      expect.arrayContaining(['id', 'user_id', 'event_id', 'seat_count', 'status']),
    );
    expect(await column(`select conname from pg_constraint where contype = 'c'`)).toEqual(
      expect.arrayContaining(['check_seats_positive', 'check_seats_valid']),
    );
    expect(await column(`select indexname from pg_indexes where schemaname = 'public'`)).toEqual(
      expect.arrayContaining([
        'ix_events_date',
        'ix_events_available_date',
        'ix_bookings_user_id',
        'ix_bookings_event_id',
        'ix_bookings_user_event',
      ]),
    );
  });

  test("answers the guide's own diagnostics as they stand", async () => {
    await eventOnSale(database);
    await column('SELECT version FROM events LIMIT 1;');
    expect(
      await column("SELECT conname FROM pg_constraint WHERE conname = 'check_seats_positive';"),
    ).toEqual(['check_seats_positive']);
    await column('EXPLAIN ANALYZE SELECT * FROM events WHERE date > NOW() ORDER BY date;');
  });

  test('lets a sale update its event in place: no index has to be written for it', async () => {
    const { database: one } = await openFresh({ poolSizeMax: 1 });
    const eventId = await eventOnSale(one);
    for (const user of ['ann', 'bob', 'eve']) await give(one, eventId, reserveBy(user));
    await one.commitPool.query('select pg_stat_force_next_flush()');
    const { rows } = await one.pool.query(
      `select n_tup_upd::int as updated, n_tup_hot_upd::int as in_place
       from pg_stat_user_tables where relname = 'events'`,
    );
    expect(rows[0]?.in_place).toBe(rows[0]?.updated);
    expect(rows[0]?.in_place).toBeGreaterThanOrEqual(3);
    await one.close();
  });

  test('refuses to change or forget the ledger', async () => {
    const eventId = await eventOnSale(database);
    await give(database, eventId, reserveBy('ann'));
    for (const statement of [
      'update ledger set quantity = 9',
      'delete from ledger',
      'truncate ledger',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow('the ledger is append-only');
    }
  });

  test('is what the entities say, to the last index', async () => {
    expect(await ormOf(database).schema.getUpdateSchemaSQL({ safe: true })).toBe('');
  });

  test('is made once, however many processes migrate at the same time', async () => {
    const fresh = await freshDatabase();
    const several = await Promise.all([1, 2, 3].map(() => openDatabase({ url: fresh })));
    const applied = await Promise.all(several.map((each) => migrate(each)));
    expect(applied.map((each) => each.applied.length).toSorted((a, b) => a - b)).toEqual([
      0,
      0,
      migrations.length,
    ]);
    await Promise.all(several.map((each) => each.close()));
  });

  test('is waited for while another process migrates, longer than a booking would wait', async () => {
    const fresh = await openDatabase({
      url: await freshDatabase(),
      poolSizeMax: 1,
      lockTimeoutMs: 50,
    });
    const other = await fresh.pool.connect();
    await other.query("select pg_advisory_lock(hashtext('holdfast'))");
    const migrated = migrate(fresh);
    await new Promise((resolve) => setTimeout(resolve, 300));
    other.release(true);
    expect((await migrated).applied).toHaveLength(migrations.length);
    await fresh.close();
  });
});

describe('the version of an entity', () => {
  // `useBatchUpdates` would check versions by SELECT and update by primary key alone: this pins it off.
  test('refuses a flush that did not see the last change, even when both flush at once', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => eventOnSale(database)));
    const another = await openDatabase({ url });
    const [mine, theirs] = [ormOf(database).em.fork(), ormOf(another).em.fork()];
    const managers = [mine, theirs];
    for (const em of managers) {
      const events = await em.find(Event, { id: { $in: ids } });
      for (const event of events) event.title = `changed by ${managers.indexOf(em)}`;
    }
    const flushed = await Promise.allSettled(managers.map((em) => em.flush()));
    expect(flushed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const failed = flushed.find((result) => result.status === 'rejected');
    expect(failed?.reason).toBeInstanceOf(OptimisticLockError);
    const titles = await column(`select distinct title from events where id = any ('{${ids}}')`);
    expect(titles).toHaveLength(1);
    await another.close();
  });
});
