import { claimRows } from './array-rows.ts';
import { lockableSale, updateCountersOfMany, updateCountersOfOne } from './event-statements.ts';
import { type Form, ofMany, ofOne, theEventId } from './form.ts';
import { insertOutbox, selectRecordedOfMany, selectRecordedOfOne } from './record-statements.ts';
import { type Column, saleOfMany, saleOfOne } from './sale.ts';
import { timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/*
 * Sales that make new bookings and change no other one, as in a rush. Bookings and ledger are written
 * from the same rows. That takes a sixth less time than the statement for all sales does
 * (record-statements.ts).
 */

/**
 * A decision from memory relies on the sale window by PostgreSQL's time, and on no booking that it did not see. Each
 * is compared by itself: a distributed database takes no time of a statement within `coalesce`.
 */
const guardOfMemory = (sale: (column: Column) => string, isBooked: string): string => `(
      not ${sale('is_from_memory')}
      or (
        (e.sale_opens_at is null or e.sale_opens_at <= statement_timestamp())
        and (e.sale_closes_at is null or e.sale_closes_at > statement_timestamp())
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
            where b.event_id = ${theEventId} and b.user_id = claim.user_id
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
const isBookedOfMany = '(sale.place in (select place from already_booked))';

const insertBookings = ({ eventId, at }: Form, eventsAndClaims: string): string => `
inserted_bookings as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at
  )
  select ${eventId}, claim.id, claim.user_id, claim.ordinal, claim.seat_count, claim.status,
    ${timestampOf('claim.expires_at')}, ${at}, ${at}
  from ${eventsAndClaims}
)`;

const insertLedger = ({ eventId, at }: Form, eventsAndClaims: string): string => `
inserted_ledger as (
  insert into ledger (
    event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, expires_at
  )
  select ${eventId}, event.version, claim.position, 'booking_' || claim.status, ${at},
    claim.id, claim.user_id, claim.ordinal, claim.seat_count, ${timestampOf('claim.expires_at')}
  from ${eventsAndClaims}
)`;

interface Parts {
  readonly first: readonly string[];
  readonly writeEvent: string;
  /** Each row of the one with its rows of the other. */
  readonly eventsAndClaims: string;
}

function withClaims(form: Form, { first, writeEvent, eventsAndClaims }: Parts): string {
  const parts = [
    ...first,
    `
event as (${writeEvent}
)`,
    insertBookings(form, eventsAndClaims),
    insertLedger(form, eventsAndClaims),
    insertOutbox(form, 'event'),
  ];
  const select = form === ofOne ? selectRecordedOfOne : selectRecordedOfMany;
  return `with ${parts.join(',')} ${select('event')}`;
}

const claim = (form: Form) => `
claim as materialized (
  select * from ${form.rows(claimRows)}
)`;

export const recordClaimsOfOne = statement(
  'record_claims_of_one',
  withClaims(ofOne, {
    first: [claim(ofOne)],
    writeEvent: updateCountersOfOne(guardOfMemory(saleOfOne, isBookedOfOne)),
    eventsAndClaims: 'event cross join claim',
  }),
);
export const recordClaimsOfMany = statement(
  'record_claims_of_many',
  withClaims(ofMany, {
    first: [saleOfMany, lockableSale, claim(ofMany), alreadyBooked],
    writeEvent: updateCountersOfMany(guardOfMemory((column) => `sale.${column}`, isBookedOfMany)),
    eventsAndClaims: 'event join claim on claim.place = event.place',
  }),
);
