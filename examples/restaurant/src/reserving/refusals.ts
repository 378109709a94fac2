import type { Refusal } from '@holdfast/sales';
import { shownIn } from '../hours/wall-clock.ts';
import type { Found, FoundSlot, Search } from './find-tables.ts';
import type { ReservationRefusal, ReservationRefusalReason } from './words.ts';

export function refuse(reason: ReservationRefusalReason, message: string): ReservationRefusal {
  return { status: 'refused', reason, message };
}

export function notOpen({ comesAt }: Found, timeZone: string): ReservationRefusal {
  return refuse('not_open', `No guests are seated at ${shownIn(timeZone, new Date(comesAt))}.`);
}

/** What the restaurant says before its slot is asked. `null`: nothing. */
export function refusalOf(
  { slot, seatCountMax, comesAt, goesAt, now, tables }: FoundSlot,
  { partySize, at, timeZone }: Pick<Search, 'partySize' | 'at'> & { readonly timeZone: string },
): ReservationRefusal | null {
  const shown = (moment: number) => shownIn(timeZone, new Date(moment));
  if (partySize > seatCountMax) {
    return refuse('party_too_large', `The largest table has ${seatCountMax} seats.`);
  }
  // Who stands at the door comes in the quarter of an hour that has begun.
  if (at !== null && comesAt < now) return refuse('slot_passed', `${shown(comesAt)} has passed.`);
  if (goesAt > slot.closesAt) {
    const minutes = Math.floor((slot.closesAt - comesAt) / 60_000);
    const message = `It closes at ${shown(slot.closesAt)}: give sittingMinutes of at most ${minutes}.`;
    return refuse('past_closing', message);
  }
  if (tables.length > 0) return null;
  const message = `No table for ${partySize} is free from ${shown(comesAt)} to ${shown(goesAt)}.`;
  return refuse('no_table', message);
}

/** A refusal of the sales in the words of a restaurant. */
export function inOurWords({ reason, message }: Refusal): ReservationRefusal {
  const ours = words[reason];
  if (ours === undefined) throw new Error(`The sales refused: ${reason}. ${message}`);
  return refuse(...ours);
}

/** The other reasons are checked before, or belong to events that go on and off sale. */
const words: Readonly<
  Partial<Record<Refusal['reason'], readonly [ReservationRefusalReason, string]>>
> = {
  sold_out: ['fully_booked', 'No more guests can come at this time.'],
  bookings_over_limit: ['already_reserved', 'You have a reservation for this time already.'],
  id_taken: ['id_taken', 'Another reservation has this id: make a new one.'],
  hold_lapsed: ['hold_lapsed', 'The table was not kept any longer. Reserve again.'],
  booking_not_found: ['reservation_not_found', 'You have no such reservation.'],
  booking_cancelled: ['reservation_cancelled', 'This reservation was cancelled.'],
};
