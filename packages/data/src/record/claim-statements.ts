import {
  lockableSale,
  returningEvent,
  updateCountersOfMany,
  updateCountersOfOne,
} from './event-statements.ts';
import { insertOutbox, selectRecorded } from './record-statements.ts';
import { saleOfMany, saleOfOne } from './sale.ts';
import { timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/*
 * Sales that make new bookings and change no other one, as in a rush. Bookings and ledger are written
 * from the same rows. That takes a sixth less time than the statement for all sales does
 * (record-statements.ts).
 */

const claimColumns = 'id, user_id, ordinal, seat_count, status, expires_at';
const claimArrays = `:ids::uuid[], :userIds::text[], :ordinals::int[], :seatCounts::int[],
    :bookingStatuses::text[], :expiries::float8[]`;

const claimOfOne = `
claim as materialized (
  select * from unnest(${claimArrays}) with ordinality as claim (${claimColumns}, position)
)`;
const claimOfMany = `
claim as materialized (
  select * from unnest(:places::int[], :positions::int[], ${claimArrays})
    as claim (place, position, ${claimColumns})
)`;

/** A decision from memory relies on the sale window by PostgreSQL's time, and on no booking that it did not see. */
const guardOfMemory = (isBooked: string): string => `
    and (
      not sale.is_from_memory
      or (
        coalesce(e.sale_opens_at <= statement_timestamp(), true)
        and coalesce(e.sale_closes_at > statement_timestamp(), true)
        and not ${isBooked}
      )
    )`;

/**
 * Does a user of the group have an active booking already? An id that is taken needs no look: the primary key
 * refuses it, and then the group is decided alone, as it would be here. `offset 0` keeps the planner to
 * one look into an index for each. Without it the plan may read every booking.
 */
const isBookedOfOne = `exists (
          select from unnest(:userIds::text[]) as claim (user_id)
          cross join lateral (
            select from bookings b
            where b.event_id = :sale_event_id and b.user_id = claim.user_id
              and b.status in ('held', 'confirmed')
            offset 0
          ) active
        )`;

/**
 * The groups in which a user has an active booking already, or an id is taken. Here that is looked up, too: else one
 * group would make all the others be written again.
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
const isBookedOfMany = 'sale.place in (select place from already_booked)';

const insertBookings = (eventsAndClaims: string): string => `
inserted_bookings as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select event.id, claim.id, claim.user_id, claim.ordinal, claim.seat_count, claim.status,
    ${timestampOf('claim.expires_at')}, event.at, event.at
  from ${eventsAndClaims}
)`;

const insertLedger = (eventsAndClaims: string): string => `
inserted_ledger as (
  insert into ledger (
    event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, expires_at
  )
  select event.id, event.version, claim.position, 'booking_' || claim.status, event.at,
    claim.id, claim.user_id, claim.ordinal, claim.seat_count, ${timestampOf('claim.expires_at')}
  from ${eventsAndClaims}
)`;

interface Parts {
  readonly first: readonly string[];
  readonly writeEvent: string;
  /** Each row of the one with its rows of the other. */
  readonly eventsAndClaims: string;
}

function withClaims({ first, writeEvent, eventsAndClaims }: Parts): string {
  const event = `
event as (${writeEvent}
)`;
  const parts = [
    ...first,
    event,
    insertBookings(eventsAndClaims),
    insertLedger(eventsAndClaims),
    insertOutbox('event'),
  ];
  return `with ${parts.join(',')} ${selectRecorded('event')}`;
}

export const recordClaimsOfOne = statement(
  'record_claims_of_one',
  withClaims({
    first: [saleOfOne, claimOfOne],
    writeEvent: updateCountersOfOne + guardOfMemory(isBookedOfOne) + returningEvent,
    eventsAndClaims: 'event cross join claim',
  }),
);
export const recordClaimsOfMany = statement(
  'record_claims_of_many',
  withClaims({
    first: [saleOfMany, lockableSale, claimOfMany, alreadyBooked],
    writeEvent: updateCountersOfMany + guardOfMemory(`(${isBookedOfMany})`) + returningEvent,
    eventsAndClaims: 'event join claim on claim.place = event.place',
  }),
);
