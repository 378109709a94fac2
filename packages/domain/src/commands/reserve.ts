import { decideClaim, findClaimed } from './claim.ts';
import type { Reserve } from './commands.ts';
import { type BookingDecision, bookingUnchanged } from './decision.ts';
import type { Instant } from '../instant.ts';
import type { State } from '../state/state.ts';

/**
 * Keep seats for a user.
 *
 * With `replace`, the user's own holds of the event end in the same decision, and the new one keeps
 * seats no longer than they would have done. Nobody else can take a seat in between, and only the
 * seats that are wanted beyond theirs must be free. Where it is refused, they stay as they were. A
 * user without a hold simply gets one.
 *
 * The same id again, with the same content, gives the booking as it now is and changes nothing.
 * Seats of lapsed holds count as free, and those holds are ended with it. So no event looks sold
 * out because a sweep is late.
 *
 * Refuses: invalid_quantity, event_not_found, id_taken, event_cancelled, event_closed, not_on_sale,
 * sale_not_started, sale_ended, quantity_over_limit, bookings_over_limit, hold_paused, sold_out.
 */
export function decideReserve(state: State, command: Reserve, now: Instant): BookingDecision {
  const claimed = findClaimed(state, command, now);
  if (claimed === null) return decideClaim(state, command, now);
  return claimed.status === 'refused' ? claimed : bookingUnchanged(claimed);
}
