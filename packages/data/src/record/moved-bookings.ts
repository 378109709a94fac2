import { timestampOf } from '../sql/rows.ts';
import { movedRows } from './array-rows.ts';
import { type Form, inRoutine, ofMany, ofOne, theEventId } from './form.ts';

/** Where the bookings that move are found: a `from` with the rows `found`, and what says which is which. */
interface Found {
  readonly at: string;
  readonly from: string;
  readonly isSame: string;
}

/** The existing bookings that still are what they were seen as, and that end, or do not. */
const moveWhere = ({ at, from, isSame }: Found, condition: string): string => `
  update bookings b
  set status = found.status, user_id = found.user_id, ordinal = found.ordinal,
    seat_count = found.seat_count, claimed_seat_count = found.claimed_seat_count,
    expires_at = ${timestampOf('found.expires_at')},
    changed_at = case when found.status = found.seen_status then b.changed_at else ${at} end,
    hold_ended_at = ${timestampOf('found.hold_ended_at')}, cancelled_by = found.cancelled_by,
    offered_to = found.offered_to, offer_expires_at = ${timestampOf('found.offer_expires_at')}
  ${from}
  where ${isSame} and b.status = found.seen_status
    and b.user_id = found.seen_user_id and b.ordinal = found.seen_ordinal
    and b.seat_count = found.seen_seat_count
    and b.expires_at is not distinct from ${timestampOf('found.seen_expires_at')}
    and b.offered_to is not distinct from found.seen_offered_to
    and b.offer_expires_at is not distinct from ${timestampOf('found.seen_offer_expires_at')}
    and ${condition}`;

const ends = `found.status in ('cancelled', 'expired')`;
const stays = `found.status in ('held', 'confirmed')`;

/**
 * Bookings are moved before new ones are inserted, and first those that end: a user's lapsed hold must
 * leave the unique index, which is checked row by row, before another booking of that user enters it. The
 * count makes the second step wait for the first. If one is not what it was seen as, the statement fails.
 *
 * Each booking is looked up by its key, and then moved by its address. `offset 0` keeps the planner from
 * joining the table instead: a plan made for few rows then compares, in a large sweep, each row with
 * each other. An address says which row of its own partition.
 */
function movedByAddress(form: Form, isSame: string): string {
  const found: Found = { at: 'found.at', from: 'from found_bookings found', isSame };
  return `
found_bookings as materialized (
  select m.*, ${form.at} as at, booking.* ${form.from(movedRows)}
  cross join lateral (
    select b.ctid as address, b.tableoid as part from bookings b
    where b.event_id = ${form.eventId} and b.id = m.id
    offset 0
  ) booking
),
ended_bookings as (${moveWhere(found, ends)} returning b.id
),
kept_bookings as (${moveWhere(found, stays)}
    and (select count(*) from ended_bookings) >= 0 returning b.id
),
checked_event as (
  select event.* from event
  where holdfast_require(
    (select count(*) from ended_bookings) + (select count(*) from kept_bookings) =
    (select count(*) ${form.from(movedRows)})
  )
)`;
}

export const movedOfOne = movedByAddress(
  ofOne,
  `b.event_id = ${theEventId} and b.ctid = found.address`,
);

export const movedOfMany = movedByAddress(
  ofMany,
  'b.ctid = found.address and b.tableoid = found.part',
);

const byKey: Found = {
  at: inRoutine.at,
  from: inRoutine.from({ ...movedRows, alias: 'found' }),
  isSame: `b.event_id = ${theEventId} and b.id = found.id`,
};

/**
 * The same steps of a routine, with the variables `ended_count` and `kept_count`. There nothing may be found by an
 * address. Each statement is planned for its own rows, so nothing has to keep the planner from a plan for others.
 */
export const movedInRoutine = `
  ${moveWhere(byKey, ends)};
  get diagnostics ended_count = row_count;
  ${moveWhere(byKey, stays)};
  get diagnostics kept_count = row_count;
  perform holdfast_require(ended_count + kept_count = cardinality(:movedIds::uuid[]))`;
