import { type Database, explainStatements } from '@holdfast/data';
import { onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFresh } from './fixture.ts';

let database: Database;
onOneServer('each node plans by itself, and what it plans is not told', () => {
  beforeAll(async () => {
    ({ database } = await openFresh());
    // Of most events one was booked, of one a tenth of all: a plan for any event must be good for that one.
    await database.pool.query(`
    insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
    select case when n % 10 = 0 then '00000000-0000-4000-8000-000000000001'::uuid
        else gen_random_uuid() end,
      gen_random_uuid(), 'user ' || n, 1, 1, 'confirmed', now(), now() - n * interval '1 second'
    from generate_series(1, 5000) n`);
  });
  afterAll(() => database.close());

  /**
   * Statements that find bookings by event and id, and would not use the primary key for it. Claims of one event find
   */
  async function offKey(): Promise<readonly string[]> {
    await database.pool.query('vacuum analyze bookings');
    const explained = await explainStatements(database);
    return explained
      .filter(({ name }) =>
        /^(booking_by_id|load_(?:one|many)|record_(?!claims_of_one)\w+)$/.test(name),
      )
      .filter(({ indexes }) => !indexes.includes('bookings_pkey'))
      .map(({ name }) => name);
  }

  test('a booking is found by its key alone, though most events have only one', async () => {
    expect(await offKey()).toEqual([]);
  });

  test('without what the migration says of events, all of the hot event is read for it', async () => {
    await database.pool.query('alter table bookings alter column event_id reset (n_distinct)');
    expect(await offKey()).toEqual(
      expect.arrayContaining(['booking_by_id', 'load_one', 'load_many']),
    );
  });
});
