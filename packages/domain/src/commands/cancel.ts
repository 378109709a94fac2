import {
  bookingAsOf,
  type Canceller,
  type ConfirmedBooking,
  type HeldBooking,
} from '../booking/booking.ts';
import type { Cancel } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import { isCancelTooLate, isKnownTo } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';
import { type BookingCancelled, factsOf } from '../state/transition.ts';

/**
 * Give seats back, held or sold. It is possible after the end of the sale, too; what is sold only
 * before the policy's deadline. If the event was called off, the booking is cancelled already.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), hold_lapsed,
 * cancel_deadline_passed.
 */
export function decideCancel(state: State, command: Cancel, now: Instant): BookingDecision {
  if (state.event === null || !isKnownTo(state.event, command.userId)) {
    return refused('event_not_found');
  }
  const booking = state.bookings.get(command.bookingId);
  if (booking === undefined || booking.userId !== command.userId) {
    return refused('booking_not_found');
  }
  const seen = bookingAsOf(booking, state.event, now);
  if (seen.status === 'cancelled') return bookingUnchanged(seen);
  if (seen.status === 'expired') return refused('hold_lapsed');
  if (seen.status === 'confirmed' && isCancelTooLate(state.event, now)) {
    return refused('cancel_deadline_passed');
  }
  return bookingChanged(cancelBooking(seen, 'user', now));
}

/** The end of an active booking before its time. */
export function cancelBooking(
  booking: HeldBooking | ConfirmedBooking,
  by: Canceller,
  now: Instant,
): BookingCancelled {
  const { status: from } = booking;
  return { ...factsOf(booking), type: 'booking_cancelled', at: now, from, by };
}
