import type { BookingStatus, Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { isBooking, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import {
  bookingNowColumns,
  type BookingRowNow,
  type EventBooking,
  toEventBooking,
} from './booking-rows.ts';
import { beforeAllDates, lowestId, type Page, pageOf } from './page.ts';
import { read } from './read.ts';

/** Where a page of an event's bookings ends, in the order by time and then id. */
export interface EventBookingCursor {
  readonly createdAt: Instant;
  readonly id: string;
}

export interface ListEventBookings {
  readonly eventId: string;
  /** Only this user's. */
  readonly userId?: string | undefined;
  /** Only those that are so now, swept or not. */
  readonly status?: BookingStatus | undefined;
  readonly after: EventBookingCursor | null;
  readonly limit: number;
}

/**
 * How many bookings are looked at for a page of one status. No index has what a booking is by the time, and one
 * more would slow down every commit: 100,000 confirmed bookings without a hold among them are read in 20 pages of 10
 * to 40 ms (two cores, under load), and nobody's page waits for all of them.
 */
const examinedCountMax = 5_000;

const isAfter = `(b.created_at, b.id) > (${timestampOf(':createdAt')}, :id::uuid)`;

const bookingsOfEvent = statement(
  'bookings_of_event',
  `select ${bookingNowColumns('b', ':eventId')} from bookings b
   where b.event_id = :eventId and ${isAfter} and ${isBooking('b')}
   order by b.created_at, b.id
   limit :limit`,
);

/** What `bookingAsOf` says of a status, as SQL; `least` leaves out what is null. */
const statusNow = `case
  when b.status = 'held' and b.expires_at <= least(statement_timestamp(), e.cancelled_at) then 'expired'
  when b.status in ('held', 'confirmed') and e.cancelled_at is not null then 'cancelled'
  else b.status end`;

/**
 * Looks at no more than `examinedCountMax` bookings, and gives those that fit, and the last that was looked at:
 * from there on the list goes on, found or not.
 */
function searchIn(bookings: string): string {
  return `
    select ${bookingNowColumns('b', ':eventId')}, s.status as status_now, b.place::int
    from (
      select b.*, row_number() over (order by b.created_at, b.id) as place
      from bookings b
      where b.event_id = :eventId and ${bookings} and ${isAfter} and ${isBooking('b')}
      order by b.created_at, b.id
      limit ${examinedCountMax}
    ) b
    left join events e on e.id = :eventId
    cross join lateral (select ${statusNow} as status) s
    where s.status = coalesce(:status, s.status) or b.place = ${examinedCountMax}
    order by b.created_at, b.id
    limit :limit`;
}

const bookingsOfEventAndStatus = statement('bookings_of_event_and_status', searchIn('true'));
const bookingsOfEventAndUser = statement(
  'bookings_of_event_and_user',
  searchIn('b.user_id = :userId'),
);

type FoundRow = BookingRowNow & { readonly status_now: BookingStatus; readonly place: number };

const beforeAllBookings: EventBookingCursor = { createdAt: beforeAllDates, id: lowestId };

/**
 * An event's bookings, the oldest first, and then by id. Where only those of one status are asked for, a page may
 * have fewer than `limit`, even none, though `next` says that there are more. Throws DatabaseUnavailable.
 *
 * @example await listBookingsOfEvent(database, { eventId, userId: 'ada', after: null, limit: 20 })
 */
export async function listBookingsOfEvent(
  database: Database,
  { eventId, userId, status, after, limit }: ListEventBookings,
): Promise<Page<EventBooking, EventBookingCursor>> {
  const range = { ...(after ?? beforeAllBookings), eventId, limit: limit + 1 };
  if (userId === undefined && status === undefined) {
    const rows = await read<BookingRowNow>(database, bookingsOfEvent(range));
    return pageOf(rows.map(toEventBooking), limit, cursorOf);
  }
  const query =
    userId === undefined
      ? bookingsOfEventAndStatus({ ...range, status: status ?? null })
      : bookingsOfEventAndUser({ ...range, status: status ?? null, userId });
  return pageOfFound(await read<FoundRow>(database, query), status, limit);
}

function pageOfFound(
  rows: readonly FoundRow[],
  status: BookingStatus | undefined,
  limit: number,
): Page<EventBooking, EventBookingCursor> {
  const found = rows.filter((row) => row.status_now === (status ?? row.status_now));
  const page = pageOf(found.map(toEventBooking), limit, cursorOf);
  const last = rows.at(-1);
  const goesOn = page.next === null && last?.place === examinedCountMax;
  return goesOn ? { ...page, next: { createdAt: last.created_at, id: last.id } } : page;
}

function cursorOf({ createdAt, id }: EventBooking): EventBookingCursor {
  return { createdAt, id };
}
