import { decideClaim, findClaimed } from './claim.ts';
import type { Book } from './commands.ts';
import { confirmBooking } from './confirm.ts';
import { type BookingDecision, bookingUnchanged } from './decision.ts';
import type { Instant } from './instant.ts';
import { hasEvent, type State } from './state.ts';

/**
 * Reserve and confirm at once. Where the same booking is held already, it is confirmed.
 *
 * Refuses: all that `reserve` and `confirm` refuse.
 */
export function decideBook(state: State, command: Book, now: Instant): BookingDecision {
  const claimed = findClaimed(state, command);
  if (claimed === null) return decideClaim(state, command, now);
  if (claimed.status === 'refused') return claimed;
  const isHeld = claimed.status === 'held' && hasEvent(state);
  return isHeld ? confirmBooking(state.event, claimed, now) : bookingUnchanged(claimed, now);
}
