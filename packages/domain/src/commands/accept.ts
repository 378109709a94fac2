import { mayCommand } from '../booking/actor.ts';
import { type Booking, bookingAsOf } from '../booking/booking.ts';
import type { Instant } from '../instant.ts';
import type { Accept } from './commands.ts';
import { type BookingDecision, bookingUnchanged } from './decision.ts';
import { moveTo } from './move.ts';
import { refusalOfUnconfirmed } from './own-booking.ts';
import { refused, refusedOverLimit } from './refusal.ts';
import {
  activeBookingsOf,
  bookingNamed,
  hasEvent,
  type State,
  type StateWithEvent,
} from '../state/state.ts';

/**
 * Take over a confirmed booking that another user offers. Its id and its quantity stay. It is possible
 * after the end of the sale, too, but the user may have no more active bookings than the policy allows.
 * Whoever has the booking already is told it as it is, and nothing changes.
 *
 * Refuses: event_not_found, booking_not_found (unless it is the user's, or was offered to the user last),
 * booking_cancelled, hold_lapsed, not_confirmed, offer_lapsed, event_cancelled, bookings_over_limit.
 *
 * @example decideAccept(state, { type: 'accept', bookingId: 'b1', userId: 'bob' }, now)
 */
export function decideAccept(state: State, command: Accept, now: Instant): BookingDecision {
  if (!hasEvent(state) || !mayCommand(state.event, command)) return refused('event_not_found');
  const known = bookingNamed(state, command.bookingId);
  if (known === undefined || !isTheirs(known, command)) return refused('booking_not_found');
  const booking = bookingAsOf(known, state.event, now);
  if (booking.userId === command.userId) {
    return booking.status === 'confirmed'
      ? bookingUnchanged(booking)
      : refusalOfUnconfirmed(booking, state.event);
  }
  return acceptOffered(state, { booking, command }, now);
}

/** Is it the user's booking, or offered to the user? Nobody else hears that it is there. */
function isTheirs(booking: Booking, { userId }: Accept): boolean {
  if (booking.userId === userId) return true;
  return booking.status === 'confirmed' && booking.offer?.toUserId === userId;
}

function acceptOffered(
  state: StateWithEvent,
  { booking, command: { userId } }: { readonly booking: Booking; readonly command: Accept },
  now: Instant,
): BookingDecision {
  if (booking.status !== 'confirmed') return refusalOfUnconfirmed(booking, state.event);
  if (booking.offer === undefined) return refused('offer_lapsed');
  const active = activeBookingsOf(state, userId, now);
  const { activeBookingsPerUserMax } = state.event.rules.policy;
  return active.length >= activeBookingsPerUserMax
    ? refusedOverLimit(active)
    : moveTo(state, { booking, userId }, now);
}
