import { timestampOf } from '../sql/rows.ts';

/*
 * The ways to write events' rows. They differ in what becomes of the row, and under which guard; all
 * else in a statement follows only if the row was written. Each group of an event has a place, from
 * 1, by which its rows find their event's.
 */

/** An event that was not there. */
export const created = `
  insert into events (
    id, organizer_id, title, date, status, seat_count, available_seats, held_seats, version,
    sale_opens_at, sale_closes_at, sale_follows_date, published_at, cancelled_at,
    organized_version, quantity_per_booking_max, active_bookings_per_user_max, hold_duration_ms, hold_pause_ms,
    created_at
  )
  values (
    :eventId, :organizerId, :title, ${timestampOf(':date')}, :status,
    :seatCount, :availableSeats, :heldSeats, 1,
    ${timestampOf(':opensAt')}, ${timestampOf(':closesAt')}, :saleFollowsDate,
    ${timestampOf(':publishedAt')}, ${timestampOf(':cancelledAt')}, :organizedVersion,
    :quantityPerBookingMax, :activeBookingsPerUserMax, :holdDurationMs, :holdPauseMs,
    ${timestampOf(':at')}
  )
  on conflict (id) do nothing
  returning events.*, 1 as place, ${timestampOf(':at')} as at`;

/** Organizers' commands rely on everything they saw. */
export const organized = `
  update events
  set title = :title, date = ${timestampOf(':date')}, status = :status,
    seat_count = :seatCount, available_seats = :availableSeats, held_seats = :heldSeats,
    version = version + 1,
    sale_opens_at = ${timestampOf(':opensAt')}, sale_closes_at = ${timestampOf(':closesAt')},
    sale_follows_date = :saleFollowsDate,
    published_at = ${timestampOf(':publishedAt')}, cancelled_at = ${timestampOf(':cancelledAt')},
    organized_version = :organizedVersion,
    quantity_per_booking_max = :quantityPerBookingMax,
    active_bookings_per_user_max = :activeBookingsPerUserMax,
    hold_duration_ms = :holdDurationMs, hold_pause_ms = :holdPauseMs
  where id = :eventId and version = :version
  returning events.*, 1 as place, ${timestampOf(':at')} as at`;

/** What was decided, one row an event. `is_known_only`: from memory, without a look at bookings. */
export const sale = `
sale as materialized (
  select * from unnest(
    :eventIds::uuid[], :instants::float8[], :availableChanges::int[], :heldChanges::int[],
    :seatsAvailableMins::int[], :seatsAvailableMaxes::int[], :statuses::text[],
    :opensAt::float8[], :closesAt::float8[], :quantitiesPerBookingMax::int[],
    :activeBookingsPerUserMax::int[], :holdDurationsMs::int[], :holdPausesMs::int[],
    :knownOnly::bool[]
  ) with ordinality as sale (
    event_id, at, available_change, held_change,
    seats_available_min, seats_available_max, status,
    opens_at, closes_at, quantity_per_booking_max,
    active_bookings_per_user_max, hold_duration_ms, hold_pause_ms, is_known_only, place
  )
)`;

/**
 * Taking and giving back seats commutes: it relies on the rules and on enough seats, so that other
 * writers' commits in between do no harm.
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
    and e.hold_pause_ms = sale.hold_pause_ms`;
}

/** What a guarded update hands on to what follows. */
export const soldReturning = `
  returning e.*, sale.place, ${timestampOf('sale.at')} as at`;

/** One event: whoever else writes it just now is waited for. */
export const soldOne = sold('sale');

/**
 * Of many events, those that somebody else writes just now are left out: they would hold up all the
 * others, and two such commits could wait for each other.
 */
export const soldMany = sold('free sale');
export const free = `
free as materialized (
  select sale.* from events e join sale on sale.event_id = e.id
  where e.id = any (:eventIds::uuid[])
  order by e.id
  for update of e skip locked
)`;
