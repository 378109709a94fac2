import { type ActiveBooking, bookingAsOf, type HeldBooking } from '../booking/booking.ts';
import { cancelBooking } from './cancel.ts';
import type { Expire } from './commands.ts';
import { type EventDecision, eventChanged } from './decision.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { refused } from './refusal.ts';
import { lapsedHolds, type State } from '../state/state.ts';
import type { BookingExpired, BookingTransition } from '../state/transition.ts';

/**
 * Sweep: end at most `bookingCountMax` bookings that are over, and give back their seats. These are
 * lapsed holds, the longest lapsed first. If the event was called off, they are all that still take
 * seats, in the order of their ids. If there are none, it is accepted and changes nothing.
 *
 * Refuses: event_not_found.
 */
export function decideExpire(state: State, command: Expire, now: Instant): EventDecision {
  const { event } = state;
  if (event === null) return refused('event_not_found');
  const { bookingCountMax, afterBookingId = '' } = command;
  const overdue =
    event.cancelledAt === null
      ? lapsedHolds(state, now)
      : seatTakers(state).filter(({ id }) => id > afterBookingId);
  const swept = overdue.slice(0, bookingCountMax);
  return eventChanged(...swept.map((booking) => endOf(booking, event, now)));
}

/** The known bookings that take seats, lapsed or not, in the order of their ids. */
function seatTakers(state: State): readonly ActiveBooking[] {
  const takers: ActiveBooking[] = [];
  for (const booking of state.bookings.values()) {
    if (booking.status === 'held' || booking.status === 'confirmed') takers.push(booking);
  }
  return takers.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function endOf(booking: ActiveBooking, event: EventState, now: Instant): BookingTransition {
  const isExpired = bookingAsOf(booking, event, now).status === 'expired';
  return booking.status === 'held' && isExpired
    ? expireHold(booking, now)
    : cancelBooking(booking, 'organizer', now);
}

/** The end of one lapsed hold. */
export function expireHold(hold: HeldBooking, now: Instant): BookingExpired {
  const { id: bookingId, userId, quantity, ordinal, expiresAt } = hold;
  return { type: 'booking_expired', at: now, bookingId, userId, quantity, ordinal, expiresAt };
}

/**
 * Expires these lapsed holds, in their order, until so many seats are free. `null`: all together do
 * not hold so many. Empty: no seat was missing.
 */
export function reclaim(
  lapsed: readonly HeldBooking[],
  seatsMissing: number,
  now: Instant,
): readonly BookingExpired[] | null {
  const expired: BookingExpired[] = [];
  let missing = seatsMissing;
  for (const hold of lapsed) {
    if (missing <= 0) break;
    expired.push(expireHold(hold, now));
    missing -= hold.quantity;
  }
  return missing > 0 ? null : expired;
}
