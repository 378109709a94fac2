import {
  created,
  free,
  organized,
  sale,
  soldMany,
  soldOne,
  soldReturning,
} from './event-writes.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/**
 * Bookings are moved before new ones are inserted, since a user's lapsed hold must leave the unique
 * index before the next booking of that user enters it. One that is not moved fails everything.
 *
 * Each is looked up by its key (`offset 0` fences the look) and then moved by its address. Joined to
 * the table itself, a plan for few rows compares every one of a large sweep with every other.
 */
const moved = `
found as materialized (
  select event.at, m.seen_status, m.status, m.hold_ended_at, booking.ctid as address
  from event
  join unnest(
    :movedPlaces::int[], :movedIds::uuid[], :movedFrom::text[], :movedTo::text[],
    :movedHoldEnds::float8[]
  ) as m (place, id, seen_status, status, hold_ended_at) on m.place = event.place
  cross join lateral (
    select b.ctid from bookings b where b.event_id = event.id and b.id = m.id offset 0
  ) booking
),
moved as (
  update bookings b
  set status = found.status, expires_at = null, changed_at = found.at,
    hold_ended_at = ${timestampOf('found.hold_ended_at')}
  from found
  where b.ctid = found.address and b.status = found.seen_status
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
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at,
    hold_ended_at
  )
  select checked.id, i.id, i.user_id, i.ordinal, i.seat_count, i.status,
    ${timestampOf('i.expires_at')}, checked.at, checked.at, ${timestampOf('i.hold_ended_at')}
  from checked
  join unnest(
    :insertedPlaces::int[], :insertedIds::uuid[], :insertedUserIds::text[],
    :insertedOrdinals::int[], :insertedSeatCounts::int[], :insertedStatuses::text[],
    :insertedExpiries::float8[], :insertedHoldEnds::float8[]
  ) as i (place, id, user_id, ordinal, seat_count, status, expires_at, hold_ended_at)
    on i.place = checked.place
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

/** The change feed: one row a commit. `written` is where the events' rows are. */
export const noted = (written: string): string => `
noted as (
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select id, version, at, status, seat_count, available_seats, held_seats from ${written}
)`;

/** What the caller hears of each event that was written. */
export const answered = (written: string): string => `
select place::int, version, seat_count as total, available_seats as available, held_seats as held,
  ${millisecondsOf('statement_timestamp()')} as now
from ${written}`;

/** The whole statement: the event's row, and what follows only if that was written. */
function withEvent(writeEvent: string, first: readonly string[] = []): string {
  const event = `
event as (${writeEvent}
)`;
  const parts = [...first, event, moved, inserted, entered, noted('checked')];
  return `with ${parts.join(',')} ${answered('checked')}`;
}

export const recordCreated = statement('record_created', withEvent(created));
export const recordOrganized = statement('record_organized', withEvent(organized));
export const recordSoldOne = statement(
  'record_sold_one',
  withEvent(soldOne + soldReturning, [sale]),
);
export const recordSoldMany = statement(
  'record_sold_many',
  withEvent(soldMany + soldReturning, [sale, free]),
);
