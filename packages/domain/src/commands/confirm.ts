import { type Booking, bookingAsOf } from '../booking/booking.ts';
import type { Confirm } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import { type EventState, isKnownTo } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import type { State } from '../state/state.ts';

/**
 * Turn a hold into a sale. It is possible after the end of the sale, but not once the hold has
 * lapsed, nor when the event is called off.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), booking_cancelled,
 * hold_lapsed, and event_cancelled for what the end of the event has ended.
 */
export function decideConfirm(state: State, command: Confirm, now: Instant): BookingDecision {
  if (state.event === null || !isKnownTo(state.event, command.userId)) {
    return refused('event_not_found');
  }
  const booking = state.bookings.get(command.bookingId);
  if (booking === undefined || booking.userId !== command.userId) {
    return refused('booking_not_found');
  }
  return confirmBooking(state.event, booking, now);
}

/** What becomes of a user's own booking that is to be confirmed. */
export function confirmBooking(event: EventState, booking: Booking, now: Instant): BookingDecision {
  const seen = bookingAsOf(booking, event, now);
  switch (seen.status) {
    case 'confirmed':
      return bookingUnchanged(seen);
    case 'cancelled':
      return refused(seen.cancelledBy === 'organizer' ? 'event_cancelled' : 'booking_cancelled');
    case 'expired':
      return refused('hold_lapsed');
    case 'held': {
      const { id: bookingId, userId, quantity, ordinal } = seen;
      const facts = { at: now, bookingId, userId, quantity, ordinal };
      return bookingChanged({ ...facts, type: 'booking_confirmed', from: 'held' });
    }
  }
}
