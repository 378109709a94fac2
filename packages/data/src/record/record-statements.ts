import { insertedRows, ledgerRows } from './array-rows.ts';
import {
  insertEvent,
  lockableSale,
  updateCountersOfMany,
  updateCountersOfOne,
  updateEvent,
} from './event-statements.ts';
import { type Form, ofMany, ofOne } from './form.ts';
import { movedByKey, movedOfMany, movedOfOne } from './moved-bookings.ts';
import { saleOfMany } from './sale.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

const insertBookings = ({ eventId, at, join }: Form): string => `
inserted_bookings as (
  insert into bookings (
    event_id, id, user_id, ordinal, seat_count, claimed_seat_count, status, expires_at, changed_at,
    created_at, held_since, hold_ended_at, cancelled_by
  )
  select ${eventId}, i.id, i.user_id, i.ordinal, i.seat_count, i.claimed_seat_count, i.status,
    ${timestampOf('i.expires_at')}, ${at}, ${at}, ${timestampOf('i.held_since')},
    ${timestampOf('i.hold_ended_at')}, i.cancelled_by
  from checked_event event ${join(insertedRows)}
)`;

const insertLedger = ({ eventId, at, join }: Form): string => `
inserted_ledger as (
  insert into ledger (
    event_id, version, position, type, at,
    booking_id, user_id, ordinal, quantity, from_status, expires_at, actor, reason, facts
  )
  select ${eventId}, event.version, l.position, l.type, ${at},
    l.booking_id, l.user_id, l.ordinal, l.quantity, l.from_status,
    ${timestampOf('l.expires_at')}, l.actor, l.reason, l.facts::jsonb
  from checked_event event ${join(ledgerRows)}
)`;

/** The change feed: one row a commit. `events` has the rows that were written. */
export const insertOutbox = ({ eventId, at }: Form, events: string): string => `
inserted_outbox as (
  insert into outbox (event_id, version, at, status, seat_count, available_seats, held_seats)
  select ${eventId}, event.version, ${at}, event.status, event.seat_count, event.available_seats,
    event.held_seats
  from ${events}
)`;

const recorded = `version, seat_count as total, available_seats as available, held_seats as held,
  ${millisecondsOf('statement_timestamp()')} as now`;

/** What the caller gets of the event that was written: see Recorded. */
export const selectRecordedOfOne = (events: string): string => `select ${recorded} from ${events}`;

/** The same of each of many, by its place. */
export const selectRecordedOfMany = (events: string): string =>
  `select place::int, ${recorded} from ${events}`;

interface Parts {
  readonly first?: readonly string[];
  readonly writeEvent: string;
  readonly moved: string;
}

/** The whole statement: the event's row, and all that follows only if that was written. */
function withEvent(form: Form, { first = [], writeEvent, moved }: Parts): string {
  const parts = [
    ...first,
    `
event as (${writeEvent}
)`,
    moved,
    insertBookings(form),
    insertLedger(form),
    insertOutbox(form, 'checked_event event'),
  ];
  const select = form === ofOne ? selectRecordedOfOne : selectRecordedOfMany;
  return `with ${parts.join(',')} ${select('checked_event')}`;
}

/** The statements of one event. Those for distributed tables have names of their own. */
const ofOneBy = (suffix: string, moved: string) => ({
  created: statement(
    `record_created${suffix}`,
    withEvent(ofOne, { writeEvent: insertEvent, moved }),
  ),
  organized: statement(
    `record_organized${suffix}`,
    withEvent(ofOne, { writeEvent: updateEvent, moved }),
  ),
  sold: statement(
    `record_sold_one${suffix}`,
    withEvent(ofOne, { writeEvent: updateCountersOfOne(), moved }),
  ),
});

export const recordOne = ofOneBy('', movedOfOne);
export const recordOneDistributed = ofOneBy('_by_key', movedByKey);

export const recordSoldMany = statement(
  'record_sold_many',
  withEvent(ofMany, {
    first: [saleOfMany, lockableSale],
    writeEvent: updateCountersOfMany(),
    moved: movedOfMany,
  }),
);
