import { timestampOf } from './rows.ts';
import { statement } from './statement.ts';

/**
 * The three ways to write a commit. They differ in what becomes of the event's row, and under which
 * guard; all else follows only if that row was written.
 */

/** An event that was not there. */
const created = `
  insert into events (
    id, organizer_id, title, date, status, seat_count, available_seats, held_seats, version,
    sale_opens_at, sale_closes_at,
    quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms, created_at
  )
  values (
    :eventId, :organizerId, :title, ${timestampOf(':date')}, :status,
    :seatCount, :availableSeats, :heldSeats, 1,
    ${timestampOf(':opensAt')}, ${timestampOf(':closesAt')},
    :quantityPerBookingMax, :activeBookingsPerUserMax, :holdDurationMs, ${timestampOf(':at')}
  )
  on conflict (id) do nothing
  returning *`;

/** Organizers' commands rely on everything they saw. */
const organized = `
  update events
  set title = :title, date = ${timestampOf(':date')}, status = :status,
    seat_count = :seatCount, available_seats = :availableSeats, held_seats = :heldSeats,
    version = version + 1,
    sale_opens_at = ${timestampOf(':opensAt')}, sale_closes_at = ${timestampOf(':closesAt')},
    quantity_per_booking_max = :quantityPerBookingMax,
    active_bookings_per_user_max = :activeBookingsPerUserMax,
    hold_duration_ms = :holdDurationMs
  where id = :eventId and version = :version
  returning *`;

/**
 * Taking and giving back seats commutes: it relies on the rules and on enough seats, so that other
 * writers' commits in between do no harm.
 */
const sold = `
  update events
  set available_seats = available_seats + :availableChange,
    held_seats = held_seats + :heldChange,
    version = version + 1
  where id = :eventId
    and available_seats >= :seatsAvailableMin
    and (:seatsAvailableMax::int is null or available_seats <= :seatsAvailableMax)
    and status = :status
    and sale_opens_at is not distinct from ${timestampOf(':opensAt')}
    and sale_closes_at is not distinct from ${timestampOf(':closesAt')}
    and quantity_per_booking_max = :quantityPerBookingMax
    and active_bookings_per_user_max = :activeBookingsPerUserMax
    and hold_duration_ms = :holdDurationMs
  returning *`;

/**
 * What follows the event's row. Bookings are moved before new ones are inserted, since a user's
 * lapsed hold must leave the unique index before the next booking of that user enters it.
 */
function withEvent(writeEvent: string): string {
  return `
with event as (${writeEvent}
),
moved as (
  update bookings b
  set status = m.status, expires_at = null, changed_at = ${timestampOf(':at')}
  from event,
    unnest(:movedIds::uuid[], :movedFrom::text[], :movedTo::text[]) as m (id, seen_status, status)
  where b.event_id = event.id and b.id = m.id and b.status = m.seen_status
  returning b.id
),
checked as (
  select event.* from event
  where holdfast_require((select count(*) from moved) = :movedCount::bigint)
),
inserted as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select checked.id, i.id, i.user_id, i.ordinal, i.seat_count, i.status,
    ${timestampOf('i.expires_at')}, ${timestampOf(':at')}, ${timestampOf(':at')}
  from checked,
    unnest(
      :insertedIds::uuid[], :insertedUserIds::text[], :insertedOrdinals::int[],
      :insertedSeatCounts::int[], :insertedStatuses::text[], :insertedExpiries::float8[]
    ) as i (id, user_id, ordinal, seat_count, status, expires_at)
),
entered as (
  insert into ledger (
    event_id, version, position, type, at,
    booking_id, user_id, ordinal, quantity, from_status, expires_at, facts
  )
  select checked.id, checked.version, l.position, l.type, ${timestampOf(':at')},
    l.booking_id, l.user_id, l.ordinal, l.quantity, l.from_status,
    ${timestampOf('l.expires_at')}, l.facts::jsonb
  from checked,
    unnest(
      :ledgerTypes::text[], :ledgerBookingIds::uuid[], :ledgerUserIds::text[],
      :ledgerOrdinals::int[], :ledgerQuantities::int[], :ledgerFromStatuses::text[],
      :ledgerExpiries::float8[], :ledgerFacts::text[]
    ) with ordinality
    as l (type, booking_id, user_id, ordinal, quantity, from_status, expires_at, facts, position)
),
noted as (
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select id, version, ${timestampOf(':at')}, status, seat_count, available_seats, held_seats
  from checked
)
select version, seat_count as total, available_seats as available, held_seats as held from checked`;
}

export const recordCreated = statement('record_created', withEvent(created));
export const recordOrganized = statement('record_organized', withEvent(organized));
export const recordSold = statement('record_sold', withEvent(sold));
