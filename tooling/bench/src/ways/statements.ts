import type { QueryConfig } from 'pg';
import type { Claim } from './way.ts';

/** Statements have names, so that PostgreSQL plans each once a connection, as it does for Holdfast. */
export const insertBooking = ({ eventId, bookingId, userId, quantity }: Claim): QueryConfig => ({
  name: 'bench_insert_booking',
  text: `
    insert into bookings
      (event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at)
    values ($1, $2, $3, 1, $4, 'confirmed', null, now(), now())`,
  values: [eventId, bookingId, userId, quantity],
});

export const selectEvent = (eventId: string): QueryConfig => ({
  name: 'bench_select_event',
  text: 'select available_seats, version from events where id = $1',
  values: [eventId],
});

export interface EventRow {
  readonly available_seats: number;
  readonly version: number;
}
