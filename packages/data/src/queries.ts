import { type Booking, bookingAsOf, type EventState, type Instant } from '@holdfast/domain';
import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';
import {
  type BookingRow,
  bookingColumns,
  type EventRow,
  eventColumns,
  millisecondsOf,
  timestampOf,
  toBooking,
  toEvent,
} from './rows.ts';
import { statement } from './statement.ts';

/** An event as it is kept. */
export type EventRecord = EventState;

/** A booking as of PostgreSQL's time: a lapsed hold reads as expired, swept or not. */
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

/** The last booking of a page of a user's bookings. */
export interface BookingCursor {
  readonly id: string;
  readonly eventId: string;
}

const eventById = statement(
  'event_by_id',
  `select ${eventColumns('e')} from events e where e.id = :eventId`,
);

/** The event with this id, or null. Throws DatabaseUnavailable. */
export async function findEvent(database: Database, eventId: string): Promise<EventRecord | null> {
  const rows = await read<EventRow>(database, eventById({ eventId }));
  return rows[0] === undefined ? null : toEvent(rows[0]);
}

export interface ListEvents {
  /** Events on this date or later; null for all. */
  readonly from: Instant | null;
  /** Null: what is on sale, of everybody. Else: every event of that organizer, in any status. */
  readonly organizerId: string | null;
  /** Only events that have a seat to sell. */
  readonly onlyAvailable: boolean;
  readonly after: EventCursor | null;
  readonly limit: number;
}

/** Keyset pages: the row comparison is one range of the index, whatever the page. */
function eventPage(filter: string): string {
  return `
    select ${eventColumns('e')} from events e
    where ${filter}
      and (e.date, e.id) > (${timestampOf(':date')}, :id::uuid)
      and e.date >= ${timestampOf(':from')}
    order by e.date, e.id
    limit :limit`;
}

const eventsOnSale = statement('events_on_sale', eventPage("e.status = 'on_sale'"));
const eventsAvailable = statement(
  'events_available',
  eventPage("e.status = 'on_sale' and e.is_available"),
);
const eventsOfOrganizer = statement(
  'events_of_organizer',
  eventPage('e.organizer_id = :organizerId and (e.is_available or not :onlyAvailable)'),
);

const beforeAllEvents: EventCursor = { date: -8.64e12, id: '00000000-0000-0000-0000-000000000000' };

/** Events by date, then id. Throws DatabaseUnavailable. */
export async function listEvents(
  database: Database,
  { from, organizerId, onlyAvailable, after, limit }: ListEvents,
): Promise<Page<EventRecord, EventCursor>> {
  const { date, id } = after ?? beforeAllEvents;
  const values = { from: from ?? beforeAllEvents.date, date, id, limit: limit + 1 };
  const query =
    organizerId !== null
      ? eventsOfOrganizer({ ...values, organizerId, onlyAvailable })
      : (onlyAvailable ? eventsAvailable : eventsOnSale)(values);
  const events = (await read<EventRow>(database, query)).map(toEvent);
  return pageOf(events, limit, (event) => ({ date: event.date, id: event.id }));
}

const bookingSelect = `
  select ${bookingColumns('b')}, ${millisecondsOf('statement_timestamp()')} as now
  from bookings b`;

type BookingRowNow = BookingRow & { readonly now: number };

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
   where b.user_id = :userId and (b.id, b.event_id) < (:id::uuid, :eventId::uuid)
   order by b.id desc, b.event_id desc
   limit :limit`,
);

const afterAllIds = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A user's bookings, the newest first (their ids carry their time). Throws DatabaseUnavailable. */
export async function listBookingsOfUser(
  database: Database,
  list: { readonly userId: string; readonly after: BookingCursor | null; readonly limit: number },
): Promise<Page<BookingRecord, BookingCursor>> {
  const { userId, after, limit } = list;
  const { id, eventId } = after ?? { id: afterAllIds, eventId: afterAllIds };
  const query = bookingsOfUser({ userId, id, eventId, limit: limit + 1 });
  const bookings = (await read<BookingRowNow>(database, query)).map(toRecord);
  return pageOf(bookings, limit, (booking) => ({ id: booking.id, eventId: booking.eventId }));
}

const bookingsOfEvent = statement(
  'bookings_of_event',
  `${bookingSelect}
   where b.event_id = :eventId and b.id > :after::uuid
   order by b.id
   limit :limit`,
);

const beforeAllIds = '00000000-0000-0000-0000-000000000000';

/** An event's bookings, the oldest id first. Throws DatabaseUnavailable. */
export async function listBookingsOfEvent(
  database: Database,
  list: { readonly eventId: string; readonly after: string | null; readonly limit: number },
): Promise<Page<BookingRecord, string>> {
  const { eventId, after, limit } = list;
  const query = bookingsOfEvent({ eventId, after: after ?? beforeAllIds, limit: limit + 1 });
  const bookings = (await read<BookingRowNow>(database, query)).map(toRecord);
  return pageOf(bookings, limit, (booking) => booking.id);
}

const eventsWithLapsedHolds = statement(
  'events_with_lapsed_holds',
  `select b.event_id from bookings b
   where b.status = 'held' and b.expires_at <= statement_timestamp()
   group by b.event_id
   order by min(b.expires_at)
   limit :limit`,
);

/** Events that have holds to sweep, the longest lapsed first. Throws DatabaseUnavailable. */
export async function findEventsWithLapsedHolds(
  database: Database,
  { limit }: { readonly limit: number },
): Promise<readonly string[]> {
  const query = eventsWithLapsedHolds({ limit });
  const rows = await read<{ event_id: string }>(database, query);
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
  return { ...bookingAsOf(toBooking(row), row.now), eventId: row.event_id };
}

/** One more row than asked for was read: it tells whether there is a next page. */
function pageOf<T, C>(rows: readonly T[], limit: number, cursorOf: (last: T) => C): Page<T, C> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
