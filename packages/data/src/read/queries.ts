import { type Booking, bookingAsOf, type EventState, type Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import {
  type BookingRow,
  bookingColumns,
  type EventRow,
  eventColumns,
  millisecondsOf,
  timestampOf,
  toBooking,
  toEvent,
} from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/** An event as it is kept. */
export type EventRecord = EventState;

/** A booking as of PostgreSQL's time, swept or not: see `bookingAsOf`. */
export type BookingRecord = Booking & { readonly eventId: string };

/** Some of a longer list, and where the rest begins; `next` is null at its end. */
export interface Page<T, C> {
  readonly items: readonly T[];
  readonly next: C | null;
}

/** The last event of a page, in the order by date and then id. */
export interface EventCursor {
  readonly date: Instant;
  readonly id: string;
}

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

type EventRowNow = EventRow & { readonly lapsed_seats: number };

/** What is not swept yet, which is little where a worker runs: looked up by event. */
const lapsedSeatsOf = (event: string) => `(
    select coalesce(sum(b.seat_count), 0)::int from bookings b
    where b.event_id = ${event}.id and b.status = 'held' and b.expires_at <= statement_timestamp()
  ) as lapsed_seats`;

function toEventNow(row: EventRowNow): EventRecord {
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
  `select ${eventColumns('e')}, ${lapsedSeatsOf('e')} from events e where e.id = :eventId`,
);

/**
 * The event as it is to be seen now, or null: seats of holds that have lapsed are free, swept or not.
 * Throws DatabaseUnavailable.
 */
export async function findEventNow(
  database: Database,
  eventId: string,
): Promise<EventRecord | null> {
  const rows = await read<EventRowNow>(database, eventNow({ eventId }));
  return rows[0] === undefined ? null : toEventNow(rows[0]);
}

export interface ListEvents {
  /**
   * Events on this date or later. Null: what is still to come by PostgreSQL's time, and of an
   * organizer's own all.
   */
  readonly from: Instant | null;
  /** Null: what is on sale, of everybody. Else: every event of that organizer, in any status. */
  readonly organizerId: string | null;
  /** Only events that have a seat to sell now, by PostgreSQL's time. */
  readonly onlyAvailable: boolean;
  /** Goes on where that page ended, whatever has begun since. */
  readonly after: EventCursor | null;
  readonly limit: number;
}

/**
 * Keyset pages: the row comparison is one range of the index, whatever the page. It is the only
 * bound. Beside another, on the date alone, PostgreSQL began at the lower of the two and read every
 * event that was over (20,000 of them: 126 buffers in place of 6).
 */
function eventPage(filter: string): string {
  return `
    select page.*, ${lapsedSeatsOf('page')} from (
      select ${eventColumns('e')} from events e
      where ${filter}
        and (e.date, e.id) > (coalesce(${timestampOf(':date')}, statement_timestamp()), :id::uuid)
      order by e.date, e.id
      limit :limit
    ) page`;
}

/**
 * In the words of `ix_events_available_date`, so that the index alone leaves out what is not on sale,
 * sold out, not open yet or closed. Seats of lapsed holds count when they are swept: to look for them
 * here would mean to look at the holds of every event that is sold out.
 */
const isSoldNow = `e.is_available and e.status = 'on_sale'
  and coalesce(e.sale_opens_at, '-infinity') <= statement_timestamp()
  and coalesce(e.sale_closes_at, 'infinity') > statement_timestamp()`;

const eventsOnSale = statement('events_on_sale', eventPage("e.status = 'on_sale'"));
const eventsAvailable = statement('events_available', eventPage(isSoldNow));
const eventsOfOrganizer = statement(
  'events_of_organizer',
  eventPage(`e.organizer_id = :organizerId and (not :onlyAvailable or (${isSoldNow}))`),
);

/** Events by date, then id, each as it is to be seen now: see `findEventNow`. Throws DatabaseUnavailable. */
export async function listEvents(
  database: Database,
  list: ListEvents,
): Promise<Page<EventRecord, EventCursor>> {
  const { organizerId, onlyAvailable, limit } = list;
  const values = { ...beginningOf(list), limit: limit + 1 };
  const query =
    organizerId !== null
      ? eventsOfOrganizer({ ...values, organizerId, onlyAvailable })
      : (onlyAvailable ? eventsAvailable : eventsOnSale)(values);
  const events = (await read<EventRowNow>(database, query)).map(toEventNow);
  return pageOf(events, limit, (event) => ({ date: event.date, id: event.id }));
}

/** No id is lower, or higher. Neither names anything. */
const [lowestId, highestId] = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

const beforeAllDates: Instant = -8.64e12;

/** After what the page begins; the date is null for PostgreSQL's own time. */
function beginningOf({ from, organizerId, after }: ListEvents) {
  const date = from ?? (organizerId === null ? null : beforeAllDates);
  const isFurtherOn = after !== null && after.date >= (from ?? after.date);
  return isFurtherOn ? after : { date, id: lowestId };
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
 * A user's bookings, the newest first: by the time at which they were made, and then by id, since
 * ids are the caller's and say nothing of time. Throws DatabaseUnavailable.
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

const eventsToSweep = statement(
  'events_to_sweep',
  `select event_id from (
     select b.event_id, min(b.expires_at) as since from bookings b
     where b.status = 'held' and b.expires_at <= statement_timestamp()
     group by b.event_id
     union all
     select e.id, e.cancelled_at from events e where e.has_bookings_to_cancel
   ) overdue
   group by event_id
   order by min(since)
   limit :limit`,
);

/**
 * Events with bookings that can live no longer, lapsed holds or those of an event that was called
 * off, the longest overdue first. Throws DatabaseUnavailable.
 */
export async function findEventsToSweep(
  database: Database,
  { limit }: { readonly limit: number },
): Promise<readonly string[]> {
  const rows = await read<{ event_id: string }>(database, eventsToSweep({ limit }));
  return rows.map((row) => row.event_id);
}

const changedEvents = statement(
  'changed_events',
  `select distinct o.event_id from outbox o
   where o.at >= statement_timestamp() - make_interval(secs => :withinMs::float8 / 1000)
   limit :limit`,
);

/** Events with a commit in the last `withinMs`, at most `limit`. Throws DatabaseUnavailable. */
export async function findChangedEvents(
  database: Database,
  { withinMs, limit }: { readonly withinMs: number; readonly limit: number },
): Promise<readonly string[]> {
  const query = changedEvents({ withinMs, limit });
  const rows = await read<{ event_id: string }>(database, query);
  return rows.map((row) => row.event_id);
}

async function read<Row extends object>(
  database: Database,
  query: ReturnType<ReturnType<typeof statement>>,
): Promise<readonly Row[]> {
  const result = await mapFaults(() => database.pool.query<Row>(query));
  return result.rows;
}

function toRecord(row: BookingRowNow): BookingRecord {
  const { event_cancelled_at: cancelledAt, now, event_id: eventId } = row;
  return { ...bookingAsOf(toBooking(row, cancelledAt), { cancelledAt }, now), eventId };
}

/** One more row than asked for was read: it tells whether there is a next page. */
function pageOf<T, C>(rows: readonly T[], limit: number, cursorOf: (last: T) => C): Page<T, C> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
