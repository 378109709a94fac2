import { decideClaim } from './claim.ts';
import type { Book } from './commands.ts';
import { confirmBooking } from './confirm.ts';
import { type BookingDecision, bookingUnchanged } from './decision.ts';
import type { Instant } from './instant.ts';
import type { State } from './state.ts';

/**
 * Reserve and confirm at once. Where the same booking is held already, it is confirmed.
 *
 * Refuses: all that `reserve` and `confirm` refuse.
 */
export function decideBook(state: State, command: Book, now: Instant): BookingDecision {
  return decideClaim(state, command, now, (booking) =>
    booking.status === 'held' && state.event !== null
      ? confirmBooking(state.event, booking, now)
      : bookingUnchanged(booking, now),
  );
}
