import { type Booking, bookingAsOf, type CancelledBooking } from './booking.ts';
import type { Policy } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { bookingsOf, type State } from '../state/state.ts';

/** Must users pause after a hold that ended without a sale? */
export function hasHoldPause({ holdPauseMs }: Policy): boolean {
  return holdPauseMs > 0;
}

/**
 * When the hold of this booking ended without a sale: when it lapsed, or when its user gave it back.
 * `null`: it has not, the seats were sold, or another hold of the user has taken its place.
 *
 * @example holdEndedAt({ ...booking, status: 'expired', expiredAt: 5_000 }) // 5000
 */
export function holdEndedAt(booking: Booking): Instant | null {
  switch (booking.status) {
    case 'expired':
      return booking.expiredAt;
    case 'cancelled':
      return isGivenBack(booking) ? booking.cancelledAt : null;
    case 'held':
    case 'confirmed':
      return null;
  }
}

/** A hold that was replaced lives on in another one. */
function isGivenBack({ from, cancelledBy }: CancelledBooking): boolean {
  return from === 'held' && cancelledBy !== 'replacement';
}

/**
 * Must this user leave the seats to others at `now`? That is so while a hold of theirs has ended
 * without a sale less than the policy's pause ago. Otherwise a user could hold a seat again and
 * again for ever, without buying it.
 */
export function isPausing(
  state: State,
  { userId, policy }: { readonly userId: string; readonly policy: Policy },
  now: Instant,
): boolean {
  if (!hasHoldPause(policy)) return false;
  return bookingsOf(state, userId).some((booking) => {
    const endedAt = holdEndedAt(bookingAsOf(booking, state.event ?? { cancelledAt: null }, now));
    return endedAt !== null && now < endedAt + policy.holdPauseMs;
  });
}
