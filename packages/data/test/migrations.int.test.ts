import { commit, type Database, findEvent, migrate, openDatabase } from '@holdfast/data';
import { ormOf } from '@holdfast/data/entities';
import { freshDatabase } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectSound } from './fixture.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ url: await freshDatabase(), poolSizeMax: 2 });
});
afterAll(() => database.close());

const id = (event: number) => `00000000-0000-4000-8000-00000000000${event}`;
const date = '2030-01-01 20:00:00+00';

interface OldEvent {
  readonly event: number;
  readonly closesAt: string | null;
  /** It was sold at version 2 and called off at 3, rather than opened at 2 and sold at 3. */
  readonly isCancelled: boolean;
}

/** An event as it was kept before, with one seat sold. */
async function insertOld({ event, closesAt, isCancelled }: OldEvent): Promise<void> {
  const status = isCancelled ? 'cancelled' : 'on_sale';
  const policy = { quantityPerBookingMax: 1, activeBookingsPerUserMax: 1, holdDurationMs: 60_000 };
  const change = isCancelled ? { type: 'event_closed', as: 'cancelled' } : { type: 'event_opened' };
  const query = (text: string, values: readonly unknown[]) =>
    database.pool.query(text, [id(event), ...values]);
  await query(
    `insert into events (id, organizer_id, title, date, status, seat_count, available_seats, version,
       sale_closes_at, quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms)
     values ($1, 'olga', 'Old', $2, $3, 10, 9, 3, $4, 1, 1, 60000)`,
    [date, status, closesAt],
  );
  await query(
    `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
     values ($1, $1, 'ann', 1, 1, 'confirmed', '2026-01-02', '2026-01-02')`,
    [],
  );
  await query(
    `insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, facts)
     values ($1, 1, 1, 'event_created', '2026-01-01', null, null, null, 10, $2),
       ($1, $3, 1, $4, '2026-01-03', null, null, null, 0, $5),
       ($1, $6, 1, 'booking_confirmed', '2026-01-02', $1, 'ann', 1, 1, null)`,
    [
      JSON.stringify({ organizerId: 'olga', policy }),
      isCancelled ? 3 : 2,
      change.type,
      JSON.stringify(change),
      isCancelled ? 2 : 3,
    ],
  );
  await query(
    `insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
     select $1, version, '2026-01-03', $2, 10, 9, 0 from generate_series(1, 3) as version`,
    [status],
  );
}

test('events from before get what the ledger, or the row itself, says of them', async () => {
  await ormOf(database).migrator.up({ to: 'Migration20261125163222' });
  await insertOld({ event: 1, closesAt: date, isCancelled: false });
  await insertOld({ event: 2, closesAt: '2029-01-01 20:00:00+00', isCancelled: false });
  await insertOld({ event: 3, closesAt: null, isCancelled: false });
  await insertOld({ event: 4, closesAt: date, isCancelled: true });
  await migrate(database);
  const found = (event: number) => findEvent(database, id(event));
  const kept = { cancelledAt: null, organizedVersion: 2, version: 3 };
  expect(await found(1)).toMatchObject({ ...kept, saleFollowsDate: true });
  expect(await found(2)).toMatchObject({ ...kept, saleFollowsDate: false });
  expect(await found(3)).toMatchObject({ ...kept, saleFollowsDate: false });
  const cancelledAt = Date.parse('2026-01-03T00:00:00Z');
  expect(await found(4)).toMatchObject({ cancelledAt, organizedVersion: 3 });
  // What was called off long ago still has its bookings, and they are ended now.
  await commit(database, id(4), [{ type: 'expire', bookingCountMax: 10 }]);
  await expectSound(database);
});
