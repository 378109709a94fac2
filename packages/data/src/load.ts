import {
  type Booking,
  type Command,
  type Instant,
  relevantTo,
  type State,
  stateOf,
} from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import {
  bookingColumns,
  type BookingRow,
  eventColumns,
  type EventRow,
  millisecondsOf,
  toBooking,
  toEvent,
} from './rows.ts';

/** What a group of commands needs to know, all of one moment. */
export interface Loaded {
  readonly state: State;
  /** PostgreSQL's time when it read the state: the time of the decision. */
  readonly now: Instant;
  /** When the next hold lapses, or the longest lapsed one did; `null`: nothing is held. */
  readonly nextLapseAt: Instant | null;
}

const text = `
  select ${millisecondsOf('statement_timestamp()')} as now,
    ${eventColumns('e')},
    (
      select ${millisecondsOf('min(b.expires_at)')} from bookings b
      where b.event_id = $1 and b.status = 'held'
    ) as next_lapse_at,
    (
      select coalesce(json_agg(relevant), '[]'::json)
      from (
        select ${bookingColumns('b')} from bookings b
        where b.event_id = $1 and b.id = any ($2::uuid[])
        union
        select ${bookingColumns('b')} from bookings b
        where b.event_id = $1 and b.user_id = any ($3::text[]) and b.status in ('held', 'confirmed')
        union
        (
          select ${bookingColumns('b')} from bookings b
          where b.event_id = $1 and b.status = 'held' and b.expires_at <= statement_timestamp()
          order by b.expires_at
          limit $4
        )
      ) relevant
    ) as bookings
  from (values (true)) as always (row)
  left join events e on e.id = $1`;

type LoadedRow = { now: number; next_lapse_at: number | null; bookings: BookingRow[] } & (
  | EventRow
  | { id: null }
);

/**
 * Reads an event and those of its bookings that matter for these commands, in one round trip and
 * one snapshot. The time is the statement's, so it is right after a wait for a row lock, too.
 */
export async function load(
  connection: Pool | PoolClient,
  eventId: string,
  commands: readonly Command[],
): Promise<Loaded> {
  const { bookingIds, userIds, lapsedHoldCount } = relevantTo(commands);
  const values = [eventId, bookingIds, userIds, lapsedHoldCount];
  const result = await connection.query<LoadedRow>({ name: 'holdfast_load', text, values });
  const row = result.rows[0];
  if (row === undefined) throw new Error('PostgreSQL answered the load with no row.');
  const bookings: Booking[] = row.bookings.map(toBooking);
  const state = stateOf(row.id === null ? null : toEvent(row), bookings);
  return { state, now: row.now, nextLapseAt: row.next_lapse_at };
}
