import type { Booking, BookingStatus, Canceller, EventState, EventStatus } from '@holdfast/domain';

/** A row of `events`, as `eventColumns` selects it: instants in epoch milliseconds. */
export interface EventRow {
  readonly id: string;
  readonly organizer_id: string;
  readonly title: string;
  readonly date: number;
  readonly status: EventStatus;
  readonly seat_count: number;
  readonly available_seats: number;
  readonly held_seats: number;
  readonly version: number;
  readonly organized_version: number;
  readonly published_at: number | null;
  readonly cancelled_at: number | null;
  readonly sale_opens_at: number | null;
  readonly sale_closes_at: number | null;
  readonly sale_follows_date: boolean;
  readonly quantity_per_booking_max: number;
  readonly active_bookings_per_user_max: number;
  readonly hold_duration_ms: number;
  readonly hold_pause_ms: number;
  readonly cancel_deadline_ms: number | null;
  readonly hold_extension_max_ms: number;
  readonly extends_when_sold_out: boolean;
  readonly archived_version: number | null;
}

/** A row of `bookings`, as `bookingColumns` selects it: instants in epoch milliseconds. */
export interface BookingRow {
  readonly event_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly ordinal: number;
  readonly seat_count: number;
  readonly claimed_seat_count: number | null;
  readonly status: BookingStatus;
  readonly expires_at: number | null;
  readonly changed_at: number;
  readonly created_at: number;
  readonly held_since: number | null;
  readonly hold_ended_at: number | null;
  readonly cancelled_by: Canceller | null;
  readonly offered_to: string | null;
  readonly offer_expires_at: number | null;
}

/** SQL: a timestamptz as epoch milliseconds. */
export function millisecondsOf(column: string): string {
  return `floor(extract(epoch from ${column}) * 1000)::float8`;
}

/**
 * SQL: epoch milliseconds as a timestamptz(3), as the columns are. Without the rounding, instants
 * from the year 2242 on are off by microseconds, and never equal what is stored.
 */
export function timestampOf(milliseconds: string): string {
  return `to_timestamp(${milliseconds}::float8 / 1000)::timestamptz(3)`;
}

/** The select list that makes an EventRow, from a table named `alias`. */
export function eventColumns(alias: string): string {
  const plain = [
    'id',
    'organizer_id',
    'title',
    'status',
    'seat_count',
    'available_seats',
    'held_seats',
    'version',
    'organized_version',
    'sale_follows_date',
    'quantity_per_booking_max',
    'active_bookings_per_user_max',
    'hold_duration_ms',
    'hold_pause_ms',
    'hold_extension_max_ms',
    'extends_when_sold_out',
    'archived_version',
  ];
  const instants = ['date', 'sale_opens_at', 'sale_closes_at', 'published_at', 'cancelled_at'];
  // pg gives a bigint as text.
  const deadline = `${alias}.cancel_deadline_ms::float8 as cancel_deadline_ms`;
  return `${selectList(alias, plain, instants)}, ${deadline}`;
}

/** The select list that makes a BookingRow, from a table named `alias`. */
export function bookingColumns(alias: string): string {
  const plain = [
    'event_id',
    'id',
    'user_id',
    'ordinal',
    'seat_count',
    'claimed_seat_count',
    'status',
    'cancelled_by',
    'offered_to',
  ];
  return selectList(alias, plain, [
    'expires_at',
    'changed_at',
    'hold_ended_at',
    'held_since',
    'created_at',
    'offer_expires_at',
  ]);
}

function selectList(alias: string, plain: readonly string[], instants: readonly string[]): string {
  return [
    ...plain.map((column) => `${alias}.${column}`),
    ...instants.map((column) => `${millisecondsOf(`${alias}.${column}`)} as ${column}`),
  ].join(', ');
}

/** What the rules know of an event, from its row. */
export function toEvent(row: EventRow): EventState {
  return {
    id: row.id,
    organizerId: row.organizer_id,
    title: row.title,
    date: row.date,
    rules: {
      status: row.status,
      saleWindow: { opensAt: row.sale_opens_at, closesAt: row.sale_closes_at },
      policy: {
        quantityPerBookingMax: row.quantity_per_booking_max,
        activeBookingsPerUserMax: row.active_bookings_per_user_max,
        holdDurationMs: row.hold_duration_ms,
        holdPauseMs: row.hold_pause_ms,
        cancelDeadlineMs: row.cancel_deadline_ms,
        holdExtensionMaxMs: row.hold_extension_max_ms,
        extendsWhenSoldOut: row.extends_when_sold_out,
      },
    },
    capacity: { total: row.seat_count, available: row.available_seats, held: row.held_seats },
    saleFollowsDate: row.sale_follows_date,
    publishedAt: row.published_at,
    cancelledAt: row.cancelled_at,
    version: row.version,
    organizedVersion: row.organized_version,
    ...(row.archived_version === null ? {} : { isArchived: true }),
  };
}

/**
 * What the rules know of a booking, from its row. `eventCancelledAt`: when its event was called
 * off, if it was.
 */
export function toBooking(row: BookingRow, eventCancelledAt: number | null): Booking {
  const facts = {
    id: row.id,
    userId: row.user_id,
    quantity: row.seat_count,
    ordinal: row.ordinal,
    ...(row.claimed_seat_count === null ? {} : { claimedQuantity: row.claimed_seat_count }),
  };
  switch (row.status) {
    case 'held':
      // check_booking_expiry makes it not null for every hold.
      return {
        ...facts,
        status: 'held',
        expiresAt: row.expires_at ?? 0,
        heldSince: row.held_since ?? row.created_at,
      };
    case 'confirmed':
      return { ...facts, status: 'confirmed', confirmedAt: row.changed_at, ...offerOf(row) };
    case 'cancelled':
      return {
        ...facts,
        status: 'cancelled',
        cancelledAt: row.changed_at,
        from: cancelledFrom(row),
        cancelledBy: row.cancelled_by ?? cancellerBefore(row, eventCancelledAt),
      };
    case 'expired':
      // The audit (I4) makes it not null for every hold that was swept.
      return { ...facts, status: 'expired', expiredAt: row.hold_ended_at ?? row.changed_at };
  }
}

/** check_booking_offer makes both null, or none. */
function offerOf({ offered_to: toUserId, offer_expires_at: expiresAt }: BookingRow) {
  return toUserId === null || expiresAt === null ? {} : { offer: { toUserId, expiresAt } };
}

function cancelledFrom({ hold_ended_at: endedAt, cancelled_by: by }: BookingRow) {
  if (by === 'refusal') return 'nothing';
  return endedAt !== null || by === 'replacement' ? 'held' : 'confirmed';
}

/** SQL: this row is a booking, and not only the mark of a spent id. */
export function isBooking(alias: string): string {
  return `${alias}.cancelled_by is distinct from 'refusal'`;
}

/** Of rows from before it was written down: what was cancelled from the end of the event on. */
function cancellerBefore(row: BookingRow, eventCancelledAt: number | null): Canceller {
  return row.changed_at >= (eventCancelledAt ?? Infinity) ? 'organizer' : 'user';
}
