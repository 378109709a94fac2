import { type ConfirmedBooking, isLapsed } from '../booking/booking.ts';
import type { Instant } from '../instant.ts';
import { freeOrdinal } from './claim.ts';
import { type BookingDecision, bookingChanged } from './decision.ts';
import { expireHold } from './expire.ts';
import { activeBookingsOf, bookingsOf, type State } from '../state/state.ts';
import { factsOf } from '../state/transition.ts';

/** A booking, and who has it from now on. */
interface Move {
  readonly booking: ConfirmedBooking;
  readonly userId: string;
}

/**
 * Gives a confirmed booking to another user, under the lowest ordinal that is free there. Lapsed holds
 * of that user end first: the unique index would count them, and it is what holds users to the policy
 * however their commands race.
 */
export function moveTo(state: State, { booking, userId }: Move, now: Instant): BookingDecision {
  const lapsed = bookingsOf(state, userId).flatMap((each) =>
    each.status === 'held' && isLapsed(each, now) ? [expireHold(each, now)] : [],
  );
  const ordinal = freeOrdinal(activeBookingsOf(state, userId, now));
  const before = { userId: booking.userId, ordinal: booking.ordinal };
  const { confirmedAt } = booking;
  const facts = { ...factsOf(booking), userId, ordinal, at: now, confirmedAt };
  return bookingChanged({ ...facts, type: 'booking_transferred', before }, lapsed);
}
