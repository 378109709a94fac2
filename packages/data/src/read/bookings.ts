import { type Booking, bookingAsOf, type Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import {
  type BookingRow,
  bookingColumns,
  millisecondsOf,
  timestampOf,
  toBooking,
} from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { beforeAllDates, highestId, lowestId, type Page, pageOf } from './page.ts';
import { read } from './read.ts';

/** A booking as it is by PostgreSQL's time, swept or not: see `bookingAsOf`. */
export type BookingRecord = Booking & { readonly eventId: string };

/** The last booking of a page of an event's bookings, in the order by time and then id. */
export interface EventBookingCursor {
  /** When it was made, by PostgreSQL's time. */
  readonly createdAt: Instant;
  readonly id: string;
}

/** The last booking of a page of a user's bookings. */
export interface BookingCursor extends EventBookingCursor {
  readonly eventId: string;
}

const bookingSelect = `
  select ${bookingColumns('b')}, ${millisecondsOf('b.created_at')} as created_at,
    ${millisecondsOf('statement_timestamp()')} as now, (
      select ${millisecondsOf('e.cancelled_at')} from events e where e.id = b.event_id
    ) as event_cancelled_at
  from bookings b`;

type BookingRowNow = BookingRow & {
  readonly created_at: number;
  readonly now: number;
  readonly event_cancelled_at: number | null;
};

const bookingById = statement(
  'booking_by_id',
  `${bookingSelect} where b.event_id = :eventId and b.id = :bookingId`,
);

/** The booking with this id at this event, or null. Throws DatabaseUnavailable. */
export async function findBooking(
  database: Database,
  key: { readonly eventId: string; readonly bookingId: string },
): Promise<BookingRecord | null> {
  const rows = await read<BookingRowNow>(database, bookingById({ ...key }));
  return rows[0] === undefined ? null : toRecord(rows[0]);
}

const bookingsOfUser = statement(
  'bookings_of_user',
  `${bookingSelect}
   where b.user_id = :userId
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

const bookingsOfEvent = statement(
  'bookings_of_event',
  `${bookingSelect}
   where b.event_id = :eventId
     and (b.created_at, b.id) > (${timestampOf(':createdAt')}, :id::uuid)
   order by b.created_at, b.id
   limit :limit`,
);

const beforeAllBookings: EventBookingCursor = { createdAt: beforeAllDates, id: lowestId };

/** An event's bookings, the oldest first, and then by id. Throws DatabaseUnavailable. */
export async function listBookingsOfEvent(
  database: Database,
  list: {
    readonly eventId: string;
    readonly after: EventBookingCursor | null;
    readonly limit: number;
  },
): Promise<Page<BookingRecord, EventBookingCursor>> {
  const { eventId, after, limit } = list;
  const query = bookingsOfEvent({ ...(after ?? beforeAllBookings), eventId, limit: limit + 1 });
  const { items, next } = pageOf(await read<BookingRowNow>(database, query), limit, (last) => ({
    createdAt: last.created_at,
    id: last.id,
  }));
  return { items: items.map(toRecord), next };
}

function toRecord(row: BookingRowNow): BookingRecord {
  const { event_cancelled_at: cancelledAt, now, event_id: eventId } = row;
  return { ...bookingAsOf(toBooking(row, cancelledAt), { cancelledAt }, now), eventId };
}
