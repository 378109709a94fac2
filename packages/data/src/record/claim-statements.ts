import {
  lockableSale,
  returningEvent,
  sale,
  updateCountersOfMany,
  updateCountersOfOne,
} from './event-statements.ts';
import { insertOutbox, selectRecorded } from './record-statements.ts';
import { timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/*
 * Sales that make new bookings and change no other one, as in a rush. Bookings and ledger are written
 * from the same rows. That takes a sixth less time than the statement for all sales does
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
 * Groups that were decided from memory, and in which a user has an active booking already or an id is
 * taken: the decision did not know of that booking. `offset 0` keeps the planner to one look into an
 * index for each. Without it the plan may read every booking.
 */
const alreadyBooked = `
already_booked as materialized (
  select claim.place
  from claim join sale on sale.place = claim.place and sale.is_from_memory
  cross join lateral (
    select from bookings b
    where b.event_id = sale.event_id and b.user_id = claim.user_id
      and b.status in ('held', 'confirmed')
    offset 0
  ) active
  union all
  select claim.place
  from claim join sale on sale.place = claim.place and sale.is_from_memory
  cross join lateral (
    select from bookings b where b.event_id = sale.event_id and b.id = claim.id offset 0
  ) same_id
)`;

/** A decision from memory relies on the sale window by PostgreSQL's time, and on no such booking. */
const guardOfMemory = `
    and (
      not sale.is_from_memory
      or (
        coalesce(e.sale_opens_at <= statement_timestamp(), true)
        and coalesce(e.sale_closes_at > statement_timestamp(), true)
        and sale.place not in (select place from already_booked)
      )
    )`;

const insertBookings = `
inserted_bookings as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select event.id, claim.id, claim.user_id, claim.ordinal, claim.seat_count, claim.status,
    ${timestampOf('claim.expires_at')}, event.at, event.at
  from event join claim on claim.place = event.place
)`;

const insertLedger = `
inserted_ledger as (
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
  const parts = [
    ...first,
    claim,
    alreadyBooked,
    event,
    insertBookings,
    insertLedger,
    insertOutbox('event'),
  ];
  return `with ${parts.join(',')} ${selectRecorded('event')}`;
}

export const recordClaimsOfOne = statement(
  'record_claims_of_one',
  withClaims(updateCountersOfOne + guardOfMemory + returningEvent, [sale]),
);
export const recordClaimsOfMany = statement(
  'record_claims_of_many',
  withClaims(updateCountersOfMany + guardOfMemory + returningEvent, [sale, lockableSale]),
);
