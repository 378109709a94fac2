import {
  insertEvent,
  lockableSale,
  updateCountersOfMany,
  updateCountersOfOne,
  updateEvent,
} from './event-statements.ts';
import { type Form, ofManyChecked, ofOneChecked } from './form.ts';
import { insertBookings, insertLedger, insertOutbox, recorded } from './inserts.ts';
import { movedOfMany, movedOfOne } from './moved-bookings.ts';
import { saleOfMany } from './sale.ts';
import { statement } from '../sql/statement.ts';

interface Parts {
  readonly form: Form;
  readonly first?: readonly string[];
  readonly writeEvent: string;
  readonly moved: string;
}

/** The parts of the whole statement: the event's row, and all that follows only if that was written. */
function withEvent({ form, first = [], writeEvent, moved }: Parts): string {
  const parts = [
    ...first,
    `event as (${writeEvent})`,
    moved,
    `inserted_bookings as (${insertBookings(form)})`,
    `inserted_ledger as (${insertLedger(form)})`,
    `inserted_outbox as (${insertOutbox(form)})`,
  ];
  return `with ${parts.join(',\n')}`;
}

const ofOne = (writeEvent: string): string => `
${withEvent({ form: ofOneChecked, writeEvent, moved: movedOfOne })}
select ${recorded} from checked_event event`;

export const recordCreated = statement('record_created', ofOne(insertEvent));
export const recordOrganized = statement('record_organized', ofOne(updateEvent));
export const recordSoldOne = statement('record_sold_one', ofOne(updateCountersOfOne()));

export const recordSoldMany = statement(
  'record_sold_many',
  `${withEvent({
    form: ofManyChecked,
    first: [saleOfMany, lockableSale],
    writeEvent: updateCountersOfMany(),
    moved: movedOfMany,
  })}
select event.place::int, ${recorded} from checked_event event`,
);
