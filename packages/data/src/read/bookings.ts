import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { isBooking, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import {
  bookingNowColumns,
  type BookingRecord,
  type BookingRowNow,
  type EventBooking,
  toEventBooking,
  toRecord,
} from './booking-rows.ts';
import { highestId, type Page, pageOf } from './page.ts';
import { read } from './read.ts';

/** The last booking of a page of a user's bookings, in the order by time and then id. */
export interface BookingCursor {
  /** When it was made, by PostgreSQL's time. */
  readonly createdAt: Instant;
  readonly id: string;
  readonly eventId: string;
}

const bookingById = statement(
  'booking_by_id',
  `select ${bookingNowColumns('b', ':eventId')} from bookings b
   where b.event_id = :eventId and b.id = :bookingId and ${isBooking('b')}`,
);

interface BookingKey {
  readonly eventId: string;
  readonly bookingId: string;
}

/** The booking with this id at this event, or null. Throws DatabaseUnavailable. */
export async function findBooking(
  database: Database,
  key: BookingKey,
): Promise<BookingRecord | null> {
  const rows = await read<BookingRowNow>(database, bookingById({ ...key }));
  return rows[0] === undefined ? null : toRecord(rows[0]);
}

/** The same, as a list of the event's bookings has it. Throws DatabaseUnavailable. */
export async function findBookingOfEvent(
  database: Database,
  key: BookingKey,
): Promise<EventBooking | null> {
  const rows = await read<BookingRowNow>(database, bookingById({ ...key }));
  return rows[0] === undefined ? null : toEventBooking(rows[0]);
}

const bookingsOfUser = statement(
  'bookings_of_user',
  `select ${bookingNowColumns('b')} from bookings b
   where b.user_id = :userId and ${isBooking('b')}
     and (b.created_at, b.id, b.event_id) < (${timestampOf(':createdAt')}, :id::uuid, :eventId::uuid)
   order by b.created_at desc, b.id desc, b.event_id desc
   limit :limit`,
);

const afterAllBookings: BookingCursor = { createdAt: 8.64e15, id: highestId, eventId: highestId };

/**
 * A user's bookings, the newest first: by the time at which they were made, and then by id. Ids are
 * made by callers and say nothing about time. Throws DatabaseUnavailable.
 */
export async function listBookingsOfUser(
  database: Database,
  list: { readonly userId: string; readonly after: BookingCursor | null; readonly limit: number },
): Promise<Page<BookingRecord, BookingCursor>> {
  const { userId, after, limit } = list;
  const query = bookingsOfUser({ ...(after ?? afterAllBookings), userId, limit: limit + 1 });
  const { items, next } = pageOf(await read<BookingRowNow>(database, query), limit, (last) => ({
    createdAt: last.created_at,
    id: last.id,
    eventId: last.event_id,
  }));
  return { items: items.map(toRecord), next };
}
