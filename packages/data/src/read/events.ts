import type { EventState } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { eventColumns, type EventRow, toEvent } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { read } from './read.ts';

/** An event as it is kept. */
export type EventRecord = EventState;

export type EventRowNow = EventRow & { readonly lapsed_seats: number };

/** Seats of holds of an event that have lapsed and are not swept yet. Where a worker runs, these are few. */
export const lapsedSeatsOf = (eventId: string) => `(
    select coalesce(sum(b.seat_count), 0)::int from bookings b
    where b.event_id = ${eventId} and b.status = 'held' and b.expires_at <= statement_timestamp()
  ) as lapsed_seats`;

export function toEventNow(row: EventRowNow): EventRecord {
  const event = toEvent(row);
  const { total, available, held } = event.capacity;
  const lapsed = row.lapsed_seats;
  return { ...event, capacity: { total, available: available + lapsed, held: held - lapsed } };
}

const eventById = statement(
  'event_by_id',
  `select ${eventColumns('e')} from events e where e.id = :eventId`,
);

/** The event with this id as it is kept, or null. Throws DatabaseUnavailable. */
export async function findEvent(database: Database, eventId: string): Promise<EventRecord | null> {
  const rows = await read<EventRow>(database, eventById({ eventId }));
  return rows[0] === undefined ? null : toEvent(rows[0]);
}

const eventNow = statement(
  'event_now',
  `select ${eventColumns('e')}, ${lapsedSeatsOf(':eventId')} from events e where e.id = :eventId`,
);

/**
 * The event as callers are to see it now, or null: seats of lapsed holds count as free, swept or
 * not. Throws DatabaseUnavailable.
 */
export async function findEventNow(
  database: Database,
  eventId: string,
): Promise<EventRecord | null> {
  const rows = await read<EventRowNow>(database, eventNow({ eventId }));
  return rows[0] === undefined ? null : toEventNow(rows[0]);
}
