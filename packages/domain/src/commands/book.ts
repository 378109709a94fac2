import { decideClaim, findClaimed } from './claim.ts';
import type { Book } from './commands.ts';
import { confirmBooking } from './confirm.ts';
import { type BookingDecision, bookingUnchanged } from './decision.ts';
import type { Instant } from '../instant.ts';
import { hasEvent, type State } from '../state/state.ts';

/**
 * Reserve and confirm at once. If the booking is held already, it is confirmed. Otherwise the same
 * id again gives the booking as it now is, as with `reserve`.
 *
 * Refuses as `reserve` does.
 */
export function decideBook(state: State, command: Book, now: Instant): BookingDecision {
  const claimed = findClaimed(state, command, now);
  if (claimed === null) return decideClaim(state, command, now);
  if (claimed.status === 'refused') return claimed;
  const isLive = claimed.status === 'held' && hasEvent(state);
  return isLive ? confirmBooking(state.event, claimed, now) : bookingUnchanged(claimed);
}
