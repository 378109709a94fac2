import { mayCommand } from '../booking/actor.ts';
import { type Booking, bookingAsOf, hasEndedWithEvent } from '../booking/booking.ts';
import type { Confirm } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import { decideReacquire, isReacquiring, type LapsedBooking } from './reacquire.ts';
import { bookingNamed, hasEvent, type State } from '../state/state.ts';

/**
 * Turn a hold into a sale. It is possible after the end of the sale, but not once the hold has
 * lapsed, nor when the event is called off. With `ifLapsed: 'reacquire'` a hold that has lapsed is
 * sold all the same, if its seats are still free (reacquire.ts).
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), booking_cancelled,
 * hold_lapsed, and event_cancelled for what the end of the event has ended.
 */
export function decideConfirm(state: State, command: Confirm, now: Instant): BookingDecision {
  if (!hasEvent(state) || !mayCommand(state.event, command)) {
    return refused('event_not_found');
  }
  const booking = bookingNamed(state, command.bookingId);
  if (booking === undefined || booking.userId !== command.userId) {
    return refused('booking_not_found');
  }
  const decision = confirmBooking(state.event, booking, now);
  const isLate = decision.status === 'refused' && decision.reason === 'hold_lapsed';
  if (!isLate || !isReacquiring(command) || !wasHeld(booking)) return decision;
  return decideReacquire(state, booking, now);
}

function wasHeld(booking: Booking): booking is LapsedBooking {
  return booking.status === 'held' || booking.status === 'expired';
}

/** What becomes of a user's own booking that is to be confirmed. */
export function confirmBooking(event: EventState, booking: Booking, now: Instant): BookingDecision {
  const seen = bookingAsOf(booking, event, now);
  switch (seen.status) {
    case 'confirmed':
      return bookingUnchanged(seen);
    case 'cancelled':
      return refused(hasEndedWithEvent(seen, event) ? 'event_cancelled' : 'booking_cancelled');
    case 'expired':
      return refused('hold_lapsed');
    case 'held': {
      const { id: bookingId, userId, quantity, ordinal } = seen;
      const facts = { at: now, bookingId, userId, quantity, ordinal };
      return bookingChanged({ ...facts, type: 'booking_confirmed', from: 'held' });
    }
  }
}
