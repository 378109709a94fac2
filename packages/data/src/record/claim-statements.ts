import { free, sale, soldMany, soldOne, soldReturning } from './event-writes.ts';
import { answered, noted } from './record-statements.ts';
import { timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/*
 * Sales of nothing but new bookings: what a crowd does. Bookings and ledger are written from the same
 * rows, and nothing has to be moved, which takes a sixth less time than the statement for all sales
 * (record-statements.ts).
 */

const claim = `
claim as materialized (
  select * from unnest(
    :places::int[], :positions::int[], :ids::uuid[], :userIds::text[], :ordinals::int[],
    :seatCounts::int[], :bookingStatuses::text[], :expiries::float8[]
  ) as claim (place, position, id, user_id, ordinal, seat_count, status, expires_at)
)`;

/**
 * The events at which a group that was decided from memory has a user or an id that is no stranger
 * there: a booking of which the decision did not know. `offset 0` keeps the planner to one look into
 * an index for each: without it its plan may read every booking.
 */
const familiar = `
familiar as materialized (
  select claim.place
  from claim join sale on sale.place = claim.place and sale.is_known_only
  cross join lateral (
    select from bookings b
    where b.event_id = sale.event_id and b.user_id = claim.user_id
      and b.status in ('held', 'confirmed')
    offset 0
  ) booked
  union all
  select claim.place
  from claim join sale on sale.place = claim.place and sale.is_known_only
  cross join lateral (
    select from bookings b where b.event_id = sale.event_id and b.id = claim.id offset 0
  ) namesake
)`;

/** What was decided from memory relies on the time and on strangers, too. */
const ifStrangers = `
    and (
      not sale.is_known_only
      or (
        coalesce(e.sale_opens_at <= statement_timestamp(), true)
        and coalesce(e.sale_closes_at > statement_timestamp(), true)
        and sale.place not in (select place from familiar)
      )
    )`;

const inserted = `
inserted as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select event.id, claim.id, claim.user_id, claim.ordinal, claim.seat_count, claim.status,
    ${timestampOf('claim.expires_at')}, event.at, event.at
  from event join claim on claim.place = event.place
)`;

const entered = `
entered as (
  insert into ledger (
    event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, expires_at
  )
  select event.id, event.version, claim.position, 'booking_' || claim.status, event.at,
    claim.id, claim.user_id, claim.ordinal, claim.seat_count, ${timestampOf('claim.expires_at')}
  from event join claim on claim.place = event.place
)`;

function withClaims(writeEvent: string, first: readonly string[]): string {
  const event = `
event as (${writeEvent}
)`;
  const parts = [...first, claim, familiar, event, inserted, entered, noted('event')];
  return `with ${parts.join(',')} ${answered('event')}`;
}

export const recordClaimsOfOne = statement(
  'record_claims_of_one',
  withClaims(soldOne + ifStrangers + soldReturning, [sale]),
);
export const recordClaimsOfMany = statement(
  'record_claims_of_many',
  withClaims(soldMany + ifStrangers + soldReturning, [sale, free]),
);
