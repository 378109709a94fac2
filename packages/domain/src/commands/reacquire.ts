import type { ExpiredBooking, HeldBooking } from '../booking/booking.ts';
import { refusalOfSale } from './claim.ts';
import type { Command } from './commands.ts';
import { type BookingDecision, bookingChanged } from './decision.ts';
import { reclaim } from './expire.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import { activeBookingsOf, bookingsOf, lapsedHolds, type StateWithEvent } from '../state/state.ts';

/** A hold that has lapsed: swept, or not yet. */
export type LapsedBooking = HeldBooking | ExpiredBooking;

/** Does this command take the seats of a lapsed hold again? */
export function isReacquiring(command: Command): boolean {
  return command.type === 'confirm' && command.ifLapsed === 'reacquire';
}

/**
 * Sells a hold that has lapsed, if its seats are still free. For everybody else they have been free
 * since it lapsed, so this is a claim: the event must be on sale, and the user may have no more
 * active bookings than the policy allows. The quantity was granted before and is not checked again,
 * and no pause is asked for: this hold ends in a sale.
 *
 * Refuses: hold_lapsed, whatever the reason. The seats are not to be had, and money that was paid
 * for them is to be given back.
 */
export function decideReacquire(
  state: StateWithEvent,
  booking: LapsedBooking,
  now: Instant,
): BookingDecision {
  const ordinal = ordinalFor(state, booking, now);
  if (ordinal === null || refusalOfSale(state.event, now) !== null) return refused('hold_lapsed');
  const { id: bookingId, userId, quantity } = booking;
  const facts = {
    type: 'booking_confirmed',
    at: now,
    bookingId,
    userId,
    quantity,
    ordinal,
  } as const;
  // Nobody has taken the seats of a hold that was not swept.
  if (booking.status === 'held') return bookingChanged({ ...facts, from: 'held' });
  const seatsMissing = quantity - state.event.capacity.available;
  const reclaimed = reclaim(lapsedHolds(state, now), seatsMissing, now);
  if (reclaimed === null) return refused('hold_lapsed');
  const before = { ordinal: booking.ordinal };
  return bookingChanged({ ...facts, from: 'expired', before }, reclaimed);
}

/**
 * The ordinal that the booking has from now on; `null`: the policy allows its user no further one.
 * It is none of another row of the user that the unique index has, swept or not: the index is what
 * holds users to the policy however their commands race.
 */
function ordinalFor(state: StateWithEvent, booking: LapsedBooking, now: Instant): number | null {
  const { activeBookingsPerUserMax: countMax } = state.event.rules.policy;
  if (activeBookingsOf(state, booking.userId, now).length >= countMax) return null;
  const others = bookingsOf(state, booking.userId).filter(
    ({ id, status }) => id !== booking.id && (status === 'held' || status === 'confirmed'),
  );
  const taken = new Set(others.map(({ ordinal }) => ordinal));
  if (booking.status === 'held' || !taken.has(booking.ordinal)) {
    return booking.ordinal <= countMax ? booking.ordinal : null;
  }
  for (let ordinal = 1; ordinal <= countMax; ordinal += 1) if (!taken.has(ordinal)) return ordinal;
  return null;
}
