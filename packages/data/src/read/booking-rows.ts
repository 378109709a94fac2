import { type Booking, bookingAsOf, type Instant } from '@holdfast/domain';
import { type BookingRow, bookingColumns, millisecondsOf, toBooking } from '../sql/rows.ts';

/** A booking as it is by PostgreSQL's time, swept or not: see `bookingAsOf`. */
export type BookingRecord = Booking & { readonly eventId: string };

/** A booking of an event, and when it was made, by PostgreSQL's time. */
export type EventBooking = BookingRecord & { readonly createdAt: Instant };

/** A row of `bookings`, with what says how it stands at the moment of the reading. */
export type BookingRowNow = BookingRow & {
  readonly now: number;
  readonly event_cancelled_at: number | null;
};

/**
 * The select list that makes a BookingRowNow, from bookings named `alias`. `eventId`: where all are of one event, its
 * id (record/form.ts says why).
 */
export function bookingNowColumns(alias: string, eventId = `${alias}.event_id`): string {
  return `${bookingColumns(alias)}, ${millisecondsOf('statement_timestamp()')} as now, (
      select ${millisecondsOf('e.cancelled_at')} from events e where e.id = ${eventId}
    ) as event_cancelled_at`;
}

/** The booking of a row, as it is to be shown now. */
export function toRecord(row: BookingRowNow): BookingRecord {
  const { event_cancelled_at: cancelledAt, now, event_id: eventId } = row;
  return { ...bookingAsOf(toBooking(row, cancelledAt), { cancelledAt }, now), eventId };
}

/** The same, for a list of its event's. */
export function toEventBooking(row: BookingRowNow): EventBooking {
  return { ...toRecord(row), createdAt: row.created_at };
}
