import { claimRows } from './array-rows.ts';
import { lockableSale, updateCountersOfMany, updateCountersOfOne } from './event-statements.ts';
import { type Form, ofMany, ofOne, theEventId } from './form.ts';
import { insertClaimed, insertClaims, insertOutbox, recorded } from './inserts.ts';
import { type Column, saleOfMany, saleOfOne } from './sale.ts';
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

interface Parts {
  readonly form: Form;
  readonly first: readonly string[];
  readonly writeEvent: string;
  /** Each event with its own rows of `claim`. */
  readonly from: string;
}

function withClaims({ form, first, writeEvent, from }: Parts): string {
  const parts = [
    ...first,
    `event as (${writeEvent})`,
    `inserted_bookings as (${insertClaimed(form, from)})`,
    `inserted_ledger as (${insertClaims(form, from)})`,
    `inserted_outbox as (${insertOutbox(form)})`,
  ];
  return `with ${parts.join(',\n')}`;
}

const claim = ({ rows }: Form) => `
claim as materialized (
  select * from ${rows(claimRows)}
)`;

/** The event's row, with the guard of a decision from memory. */
export const updateClaimedOfOne = updateCountersOfOne(guardOfMemory(saleOfOne, isBookedOfOne));

export const recordClaimsOfOne = statement(
  'record_claims_of_one',
  `${withClaims({
    form: ofOne,
    first: [claim(ofOne)],
    writeEvent: updateClaimedOfOne,
    from: 'from event cross join claim',
  })}
select ${recorded} from event`,
);
export const recordClaimsOfMany = statement(
  'record_claims_of_many',
  `${withClaims({
    form: ofMany,
    first: [saleOfMany, lockableSale, claim(ofMany), alreadyBooked],
    writeEvent: updateCountersOfMany(guardOfMemory((column) => `sale.${column}`, isBookedOfMany)),
    from: 'from event join claim on claim.place = event.place',
  })}
select event.place::int, ${recorded} from event`,
);
