import type { ActiveBooking, Canceller } from '../booking/booking.ts';
import type { Cancel } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import { type EventState, isCancelTooLate } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { findOwn } from './own-booking.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';
import { type BookingCancelled, factsOf } from '../state/transition.ts';

/**
 * Give seats back, held or sold. It is possible after the end of the sale, too; what is sold only
 * before the policy's deadline, but for who acts on the user's behalf. If the event was called off,
 * the booking is cancelled already.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), hold_lapsed,
 * cancel_deadline_passed.
 */
export function decideCancel(state: State, command: Cancel, now: Instant): BookingDecision {
  const found = findOwn(state, command, now);
  if (found.status === 'refused') return found;
  const { booking } = found;
  if (booking.status === 'cancelled') return bookingUnchanged(booking);
  if (booking.status === 'expired') return refused('hold_lapsed');
  return cancelActive(found.state.event, { command, booking }, now);
}

function cancelActive(
  event: EventState,
  { command: { actor }, booking }: { readonly command: Cancel; readonly booking: ActiveBooking },
  now: Instant,
): BookingDecision {
  const isBound = booking.status === 'confirmed' && actor === undefined;
  if (isBound && isCancelTooLate(event, now)) return refused('cancel_deadline_passed');
  return bookingChanged(cancelBooking(booking, actor?.role ?? 'user', now));
}

/** The end of an active booking before its time. */
export function cancelBooking(
  booking: ActiveBooking,
  by: Canceller,
  now: Instant,
): BookingCancelled {
  const { status: from } = booking;
  return { ...factsOf(booking), type: 'booking_cancelled', at: now, from, by };
}
