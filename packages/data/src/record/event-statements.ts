import { timestampOf } from '../sql/rows.ts';
import { theEventId } from './form.ts';
import { type Column, eventIdsOfMany, saleOfOne } from './sale.ts';

/*
 * The parts of a commit's statement that write rows of `events`. They differ in what they write and
 * in their guard. The other parts of a statement do something only where this one wrote a row.
 */

/** A new event. */
export const insertEvent = `
  insert into events (
    id, organizer_id, title, date, status, seat_count, available_seats, held_seats, version,
    sale_opens_at, sale_closes_at, sale_follows_date, published_at, cancelled_at,
    organized_version, quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms, hold_pause_ms,
    cancel_deadline_ms, hold_extension_max_ms, extends_when_sold_out, created_at
  )
  values (
    ${theEventId}, :organizerId::text, :title::text, ${timestampOf(':date')}, :status::text,
    :seatCount::int, :availableSeats::int, :heldSeats::int, 1,
    ${timestampOf(':opensAt')}, ${timestampOf(':closesAt')}, :saleFollowsDate::bool,
    ${timestampOf(':publishedAt')}, ${timestampOf(':cancelledAt')}, :organizedVersion::int,
    :quantityPerBookingMax::int, :activeBookingsPerUserMax::int, :holdDurationMs::int, :holdPauseMs::int,
    :cancelDeadlineMs::bigint, :holdExtensionMaxMs::int, :extendsWhenSoldOut::bool, ${timestampOf(':at')}
  )
  on conflict (id) do nothing
  returning *`;

/** An organizer's command. It relies on all that was read, so its guard is the version. */
export const updateEvent = `
  update events
  set title = :title::text, date = ${timestampOf(':date')}, status = :status::text,
    seat_count = :seatCount::int, available_seats = :availableSeats::int, held_seats = :heldSeats::int,
    version = version + 1,
    sale_opens_at = ${timestampOf(':opensAt')}, sale_closes_at = ${timestampOf(':closesAt')},
    sale_follows_date = :saleFollowsDate::bool,
    published_at = ${timestampOf(':publishedAt')}, cancelled_at = ${timestampOf(':cancelledAt')},
    organized_version = :organizedVersion::int,
    quantity_per_booking_max = :quantityPerBookingMax::int,
    active_bookings_per_user_max = :activeBookingsPerUserMax::int,
    hold_duration_ms = :holdDurationMs::int, hold_pause_ms = :holdPauseMs::int,
    cancel_deadline_ms = :cancelDeadlineMs::bigint, hold_extension_max_ms = :holdExtensionMaxMs::int,
    extends_when_sold_out = :extendsWhenSoldOut::bool
  where id = ${theEventId} and version = :version::int
  returning *`;

/** SQL: what was decided of the event, and what that relied on. */
type Sale = (column: Column) => string;

/** The counters after the sale. */
const changed = (sale: Sale): string => `
  update events e
  set available_seats = e.available_seats + ${sale('available_change')},
    held_seats = e.held_seats + ${sale('held_change')},
    version = e.version + 1`;

/**
 * The guard is the event's rules, its date and enough seats, and not the version: other writers' sales in
 * between do no harm.
 */
const guard = (sale: Sale): string => `
    e.available_seats >= ${sale('seats_available_min')}
    and (${sale('seats_available_max')} is null or e.available_seats <= ${sale('seats_available_max')})
    and e.status = ${sale('status')}
    and e.sale_opens_at is not distinct from ${timestampOf(sale('opens_at'))}
    and e.sale_closes_at is not distinct from ${timestampOf(sale('closes_at'))}
    and e.quantity_per_booking_max = ${sale('quantity_per_booking_max')}
    and e.active_bookings_per_user_max = ${sale('active_bookings_per_user_max')}
    and e.hold_duration_ms = ${sale('hold_duration_ms')}
    and e.hold_pause_ms = ${sale('hold_pause_ms')}
    and e.cancel_deadline_ms is not distinct from ${sale('cancel_deadline_ms')}
    and e.hold_extension_max_ms = ${sale('hold_extension_max_ms')}
    and e.extends_when_sold_out = ${sale('extends_when_sold_out')}
    and e.date = ${timestampOf(sale('date'))}`;

/** For one event. If another transaction has its row, this one waits. `also` is one more guard. */
export const updateCountersOfOne = (also = 'true'): string => `
  ${changed(saleOfOne)}
  where e.id = ${theEventId} and ${guard(saleOfOne)}
    and ${also}
  returning e.*`;

const inRow: Sale = (column) => `sale.${column}`;

/**
 * For many events. Rows that other transactions have locked are left out: waiting for them would
 * hold up all the others, and two such commits could wait for each other.
 */
export const updateCountersOfMany = (also = 'true'): string => `
  ${changed(inRow)}
  from lockable_sale sale
  where e.id = sale.event_id and e.id = any (${eventIdsOfMany}) and ${guard(inRow)}
    and ${also}
  returning e.*, sale.place, ${timestampOf('sale.at')} as at`;

export const lockableSale = `
lockable_sale as materialized (
  select sale.* from events e join sale on sale.event_id = e.id
  where e.id = any (${eventIdsOfMany})
  order by e.id
  for update of e skip locked
)`;
