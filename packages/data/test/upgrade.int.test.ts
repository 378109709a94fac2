import { randomUUID } from 'node:crypto';
import { audit, commit, type Database, migrate, openDatabase } from '@holdfast/data';
import { ormOf } from '@holdfast/data/entities';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answers, createOf, give, reserveBy } from './fixture.ts';

/** The last release before policies could ask for a pause. */
const before = 'Migration20261125163222';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ url: await freshDatabase() });
  await ormOf(database).migrator.up({ to: before });
});
afterAll(() => database.close());

type Step = 'held' | 'confirmed' | 'cancelled' | 'expired';

const eventId = randomUUID();
const then = '2026-11-01T00:00:00Z';

/** What happened to bookings at that release, one a user, and whether a hold ended without a sale. */
const histories: readonly (readonly [user: string, steps: readonly Step[], hasEnded: boolean])[] = [
  ['lapsed', ['held', 'expired'], true],
  ['gave back', ['held', 'cancelled'], true],
  ['returned', ['held', 'confirmed', 'cancelled'], false],
  ['booked and returned', ['confirmed', 'cancelled'], false],
  ['bought', ['held', 'confirmed'], false],
];

/** As that release wrote it: the ledger said when a hold would lapse, with the hold alone. */
async function insertHistories(): Promise<void> {
  const { policy } = createOf(eventId);
  const facts = { organizerId: 'organizer', policy: { ...policy, holdPauseMs: undefined } };
  const enter = (step: string, values: readonly unknown[]) =>
    database.pool.query(
      `insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal,
         quantity, from_status, expires_at, facts)
       values ($1, $2, 1, '${step}', '${then}', $3, $4, $5, $6, $7, $8, $9)`,
      [eventId, ...values],
    );
  let version = 1;
  await enter('event_created', [version, null, null, null, 10, null, null, JSON.stringify(facts)]);
  await enter('event_opened', [(version += 1), null, null, null, 0, null, null, '{}']);
  for (const [user, steps] of histories) {
    const id = randomUUID();
    for (const [index, step] of steps.entries()) {
      const from = steps[index - 1] ?? null;
      const expiry = step === 'held' ? then : null;
      const values = [(version += 1), id, user, 1, 1, from, expiry, null];
      await enter(`booking_${step}`, values);
    }
    await database.pool.query(
      `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
       values ($1, $2, $3, 1, 1, $4, '${then}', '${then}')`,
      [eventId, id, user, steps.at(-1)],
    );
  }
  await database.pool.query(
    `insert into events (id, organizer_id, title, date, status, seat_count, available_seats, version,
       quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms)
     values ($1, 'organizer', 'Old', '2030-01-01', 'on_sale', 10, 9, ${version}, 10, 1, 60000)`,
    [eventId],
  );
  await database.pool.query(
    `insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
     select $1, version, now(), 'on_sale', 10, 9, 0 from generate_series(1, ${version}) version`,
    [eventId],
  );
}

describe('a database of the release before there were pauses', () => {
  beforeAll(async () => {
    await insertHistories();
    await migrate(database);
  });

  test('knows when each hold ended that was not sold', async () => {
    const { rows } = await database.pool.query<{ user_id: string; ended: boolean }>(
      `select user_id, hold_ended_at is not null as ended from bookings`,
    );
    const ended = new Map(rows.map((row) => [row.user_id, row.ended]));
    for (const [user, , hasEnded] of histories)
      expect([user, ended.get(user)]).toEqual([user, hasEnded]);
  });

  test('is what its ledger says', async () => {
    const { invariants } = await audit(database, { eventId: null });
    expect(invariants.filter(({ violations }) => violations.length > 0)).toEqual([]);
  });

  test('asks for no pause until its organizer does', async () => {
    const reserve = (user: string) => give(database, eventId, reserveBy(user));
    expect(answers([await reserve('gave back')])).toEqual(['held']);
    const { policy } = createOf(eventId, { policy: { holdPauseMs: 60_000 } });
    const nothingElse = { title: null, date: null, saleWindow: null };
    await commit(database, eventId, [
      { type: 'update', organizerId: 'organizer', ...nothingElse, policy },
    ]);
    await database.pool.query(`update bookings set hold_ended_at = now() where user_id = 'lapsed'`);
    const found = [await reserve('lapsed'), await reserve('returned')];
    expect(answers(found)).toEqual(['hold_paused', 'held']);
  });
});
