import { millisecondsOf, timestampOf } from './rows.ts';
import { statement } from './statement.ts';

/**
 * The three ways to write commits. They differ in what becomes of the event's row, and under which
 * guard; all else follows only if that row was written. Each group of an event has a place, from 1,
 * by which its rows find their event's.
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
  returning events.*, 1 as place, ${timestampOf(':at')} as at`;

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
  returning events.*, 1 as place, ${timestampOf(':at')} as at`;

/**
 * What was decided, one row an event; and the events at which a group decided from memory has a
 * user or an id that is no stranger there: a booking of which the decision did not know. `offset 0`
 * keeps the planner to one look into an index for each: without it its plan may read every booking.
 */
const sales = `
sale as materialized (
  select * from unnest(
    :eventIds::uuid[], :instants::float8[], :availableChanges::int[], :heldChanges::int[],
    :seatsAvailableMins::int[], :seatsAvailableMaxes::int[], :statuses::text[],
    :opensAt::float8[], :closesAt::float8[], :quantitiesPerBookingMax::int[],
    :activeBookingsPerUserMax::int[], :holdDurationsMs::int[], :knownOnly::bool[]
  ) with ordinality as sale (
    event_id, at, available_change, held_change,
    seats_available_min, seats_available_max, status,
    opens_at, closes_at, quantity_per_booking_max,
    active_bookings_per_user_max, hold_duration_ms, is_known_only, place
  )
),
familiar as materialized (
  select stranger.place
  from unnest(:strangerPlaces::int[], :strangerIds::text[]) as stranger (place, user_id)
  join sale on sale.place = stranger.place
  cross join lateral (
    select from bookings b
    where b.event_id = sale.event_id and b.user_id = stranger.user_id
      and b.status in ('held', 'confirmed')
    offset 0
  ) booked
  union all
  select i.place
  from unnest(:insertedPlaces::int[], :insertedIds::uuid[]) as i (place, id)
  join sale on sale.place = i.place and sale.is_known_only
  cross join lateral (
    select from bookings b where b.event_id = sale.event_id and b.id = i.id offset 0
  ) namesake
)`;

/**
 * Taking and giving back seats commutes: it relies on the rules and on enough seats, so that other
 * writers' commits in between do no harm. What was decided from memory relies on the time, too.
 */
function sold(events: string): string {
  return `
  update events e
  set available_seats = e.available_seats + sale.available_change,
    held_seats = e.held_seats + sale.held_change,
    version = e.version + 1
  from ${events}
  where e.id = sale.event_id and e.id = any (:eventIds::uuid[])
    and e.available_seats >= sale.seats_available_min
    and (sale.seats_available_max is null or e.available_seats <= sale.seats_available_max)
    and e.status = sale.status
    and e.sale_opens_at is not distinct from ${timestampOf('sale.opens_at')}
    and e.sale_closes_at is not distinct from ${timestampOf('sale.closes_at')}
    and e.quantity_per_booking_max = sale.quantity_per_booking_max
    and e.active_bookings_per_user_max = sale.active_bookings_per_user_max
    and e.hold_duration_ms = sale.hold_duration_ms
    and (
      not sale.is_known_only
      or (
        coalesce(e.sale_opens_at <= statement_timestamp(), true)
        and coalesce(e.sale_closes_at > statement_timestamp(), true)
        and sale.place not in (select place from familiar)
      )
    )
  returning e.*, sale.place, ${timestampOf('sale.at')} as at`;
}

/** One event: whoever else writes it just now is waited for. */
const soldOne = sold('sale');

/**
 * Of many events, those that somebody else writes just now are left out: they would hold up all the
 * others, and two such commits could wait for each other.
 */
const locked = `
free as materialized (
  select id from events where id = any (:eventIds::uuid[]) order by id for update skip locked
)`;
const soldMany = sold('sale join free on free.id = sale.event_id');

/**
 * Bookings are moved before new ones are inserted, since a user's lapsed hold must leave the unique
 * index before the next booking of that user enters it. One that is not moved fails everything.
 */
const moved = `
moved as (
  update bookings b
  set status = m.status, expires_at = null, changed_at = event.at
  from event
  join unnest(:movedPlaces::int[], :movedIds::uuid[], :movedFrom::text[], :movedTo::text[])
    as m (place, id, seen_status, status) on m.place = event.place
  where b.event_id = event.id and b.id = m.id and b.status = m.seen_status
    and b.id = any (:movedIds::uuid[])
  returning b.id
),
checked as (
  select event.* from event
  where holdfast_require(
    (select count(*) from moved) =
    (select count(*) from unnest(:movedPlaces::int[]) as m (place) join event using (place))
  )
)`;

const inserted = `
inserted as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select checked.id, i.id, i.user_id, i.ordinal, i.seat_count, i.status,
    ${timestampOf('i.expires_at')}, checked.at, checked.at
  from checked
  join unnest(
    :insertedPlaces::int[], :insertedIds::uuid[], :insertedUserIds::text[],
    :insertedOrdinals::int[], :insertedSeatCounts::int[], :insertedStatuses::text[],
    :insertedExpiries::float8[]
  ) as i (place, id, user_id, ordinal, seat_count, status, expires_at) on i.place = checked.place
)`;

const entered = `
entered as (
  insert into ledger (
    event_id, version, position, type, at,
    booking_id, user_id, ordinal, quantity, from_status, expires_at, facts
  )
  select checked.id, checked.version, l.position, l.type, checked.at,
    l.booking_id, l.user_id, l.ordinal, l.quantity, l.from_status,
    ${timestampOf('l.expires_at')}, l.facts::jsonb
  from checked
  join unnest(
    :ledgerPlaces::int[], :ledgerPositions::int[], :ledgerTypes::text[],
    :ledgerBookingIds::uuid[], :ledgerUserIds::text[], :ledgerOrdinals::int[],
    :ledgerQuantities::int[], :ledgerFromStatuses::text[], :ledgerExpiries::float8[],
    :ledgerFacts::text[]
  ) as l (
    place, position, type, booking_id, user_id, ordinal, quantity, from_status, expires_at, facts
  ) on l.place = checked.place
)`;

const noted = `
noted as (
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select id, version, at, status, seat_count, available_seats, held_seats from checked
)`;

/** The whole statement: the event's row, and what follows only if that was written. */
function withEvent(writeEvent: string, first: readonly string[] = []): string {
  const event = `
event as (${writeEvent}
)`;
  return `
with ${[...first, event, moved, inserted, entered, noted].join(',')}
select place::int, version, seat_count as total, available_seats as available, held_seats as held,
  ${millisecondsOf('statement_timestamp()')} as now
from checked`;
}

export const recordCreated = statement('record_created', withEvent(created));
export const recordOrganized = statement('record_organized', withEvent(organized));
export const recordSoldOne = statement('record_sold_one', withEvent(soldOne, [sales]));
export const recordSoldMany = statement('record_sold_many', withEvent(soldMany, [sales, locked]));
