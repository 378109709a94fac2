import { isLapsed } from './booking.ts';
import type { Cancel } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import type { Instant } from './instant.ts';
import { refused } from './refusal.ts';
import type { State } from './state.ts';

/**
 * Give seats back, held or sold. Nobody is kept from it by the end of the sale or of the event.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), hold_lapsed.
 */
export function decideCancel(state: State, command: Cancel, now: Instant): BookingDecision {
  if (state.event === null) return refused('event_not_found');
  const booking = state.bookings.get(command.bookingId);
  if (booking === undefined || booking.userId !== command.userId) {
    return refused('booking_not_found');
  }
  if (booking.status === 'cancelled') return bookingUnchanged(booking, now);
  if (booking.status === 'expired') return refused('hold_lapsed');
  if (booking.status === 'held' && isLapsed(booking, now)) return refused('hold_lapsed');
  const { id: bookingId, userId, quantity, ordinal, status: from } = booking;
  return bookingChanged({
    type: 'booking_cancelled',
    at: now,
    bookingId,
    userId,
    quantity,
    ordinal,
    from,
  });
}
