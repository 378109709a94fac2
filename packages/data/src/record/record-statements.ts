import {
  insertEvent,
  lockableSale,
  returningEvent,
  updateCountersOfMany,
  updateCountersOfOne,
  updateEvent,
} from './event-statements.ts';
import { saleOfMany, saleOfOne } from './sale.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/** The existing bookings that still are what they were seen as, and that end, or do not. */
const moveWhere = (condition: string): string => `
  update bookings b
  set status = found.status, user_id = found.user_id, ordinal = found.ordinal,
    seat_count = found.seat_count, claimed_seat_count = found.claimed_seat_count,
    expires_at = ${timestampOf('found.expires_at')},
    changed_at = case when found.status = found.seen_status then b.changed_at else found.at end,
    hold_ended_at = ${timestampOf('found.hold_ended_at')}, cancelled_by = found.cancelled_by,
    offered_to = found.offered_to, offer_expires_at = ${timestampOf('found.offer_expires_at')}
  from found_bookings found
  where b.ctid = found.address and b.status = found.seen_status
    and b.user_id = found.seen_user_id and b.ordinal = found.seen_ordinal
    and b.seat_count = found.seen_seat_count
    and b.expires_at is not distinct from ${timestampOf('found.seen_expires_at')}
    and b.offered_to is not distinct from found.seen_offered_to
    and b.offer_expires_at is not distinct from ${timestampOf('found.seen_offer_expires_at')}
    and ${condition}
  returning b.id`;

/**
 * Bookings are moved before new ones are inserted, and first those that end: a user's lapsed hold must
 * leave the unique index, which is checked row by row, before another booking of that user enters it. The
 * count makes the second step wait for the first. If one is not what it was seen as, the statement fails.
 *
 * Each is looked up by its key, and then moved by its address. `offset 0` keeps the planner from
 * joining the table instead: a plan made for few rows then compares, in a large sweep, each row with
 * each other.
 */
const updateBookings = `
found_bookings as materialized (
  select event.at, m.*, booking.ctid as address
  from event
  join unnest(
    :movedPlaces::int[], :movedIds::uuid[],
    :seenStatuses::text[], :seenUserIds::text[], :seenOrdinals::int[], :seenSeatCounts::int[],
    :seenExpiries::float8[], :seenOfferees::text[], :seenOfferExpiries::float8[],
    :movedStatuses::text[], :movedUserIds::text[], :movedOrdinals::int[], :movedSeatCounts::int[],
    :movedClaims::int[], :movedExpiries::float8[], :movedHoldEnds::float8[],
    :movedCancellers::text[], :movedOfferees::text[], :movedOfferExpiries::float8[]
  ) as m (
    place, id, seen_status, seen_user_id, seen_ordinal, seen_seat_count, seen_expires_at,
    seen_offered_to, seen_offer_expires_at, status, user_id, ordinal, seat_count, claimed_seat_count, expires_at, hold_ended_at, cancelled_by,
    offered_to, offer_expires_at
  ) on m.place = event.place
  cross join lateral (
    select b.ctid from bookings b where b.event_id = event.id and b.id = m.id offset 0
  ) booking
),
ended_bookings as (${moveWhere(`found.status in ('cancelled', 'expired')`)}
),
kept_bookings as (${moveWhere(`found.status in ('held', 'confirmed')
    and (select count(*) from ended_bookings) >= 0`)}
),
checked_event as (
  select event.* from event
  where holdfast_require(
    (select count(*) from ended_bookings) + (select count(*) from kept_bookings) =
    (select count(*) from unnest(:movedPlaces::int[]) as m (place) join event using (place))
  )
)`;

const insertBookings = `
inserted_bookings as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, claimed_seat_count, status, expires_at, changed_at,
    created_at, held_since, hold_ended_at, cancelled_by
  )
  select event.id, i.id, i.user_id, i.ordinal, i.seat_count, i.claimed_seat_count, i.status,
    ${timestampOf('i.expires_at')}, event.at, event.at, ${timestampOf('i.held_since')},
    ${timestampOf('i.hold_ended_at')},
    i.cancelled_by
  from checked_event event
  join unnest(
    :insertedPlaces::int[], :insertedIds::uuid[], :insertedUserIds::text[],
    :insertedOrdinals::int[], :insertedSeatCounts::int[], :insertedClaims::int[],
    :insertedStatuses::text[], :insertedExpiries::float8[], :insertedHoldEnds::float8[],
    :insertedCancellers::text[], :insertedBegins::float8[]
  ) as i (
    place, id, user_id, ordinal, seat_count, claimed_seat_count, status, expires_at, hold_ended_at,
    cancelled_by, held_since
  )
    on i.place = event.place
)`;

const insertLedger = `
inserted_ledger as (
  insert into ledger (
    event_id, version, position, type, at,
    booking_id, user_id, ordinal, quantity, from_status, expires_at, actor, reason, facts
  )
  select event.id, event.version, l.position, l.type, event.at,
    l.booking_id, l.user_id, l.ordinal, l.quantity, l.from_status,
    ${timestampOf('l.expires_at')}, l.actor, l.reason, l.facts::jsonb
  from checked_event event
  join unnest(
    :ledgerPlaces::int[], :ledgerPositions::int[], :ledgerTypes::text[],
    :ledgerBookingIds::uuid[], :ledgerUserIds::text[], :ledgerOrdinals::int[],
    :ledgerQuantities::int[], :ledgerFromStatuses::text[], :ledgerExpiries::float8[],
    :ledgerActors::text[], :ledgerReasons::text[], :ledgerFacts::text[]
  ) as l (
    place, position, type, booking_id, user_id, ordinal, quantity, from_status, expires_at,
    actor, reason, facts
  ) on l.place = event.place
)`;

/** The change feed: one row a commit. `events` has the rows that were written. */
export const insertOutbox = (events: string): string => `
inserted_outbox as (
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select id, version, at, status, seat_count, available_seats, held_seats from ${events}
)`;

/** What the caller gets of each event that was written: see Recorded. */
export const selectRecorded = (events: string): string => `
select place::int, version, seat_count as total, available_seats as available, held_seats as held,
  ${millisecondsOf('statement_timestamp()')} as now
from ${events}`;

/** The whole statement: the event's row, and all that follows only if that was written. */
function withEvent(writeEvent: string, first: readonly string[] = []): string {
  const event = `
event as (${writeEvent}
)`;
  const parts = [
    ...first,
    event,
    updateBookings,
    insertBookings,
    insertLedger,
    insertOutbox('checked_event'),
  ];
  return `with ${parts.join(',')} ${selectRecorded('checked_event')}`;
}

export const recordCreated = statement('record_created', withEvent(insertEvent));
export const recordOrganized = statement('record_organized', withEvent(updateEvent));
export const recordSoldOne = statement(
  'record_sold_one',
  withEvent(updateCountersOfOne + returningEvent, [saleOfOne]),
);
export const recordSoldMany = statement(
  'record_sold_many',
  withEvent(updateCountersOfMany + returningEvent, [saleOfMany, lockableSale]),
);
