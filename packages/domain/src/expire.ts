import type { HeldBooking } from './booking.ts';
import type { Expire } from './commands.ts';
import { type EventDecision, eventChanged } from './decision.ts';
import type { Instant } from './instant.ts';
import { refused } from './refusal.ts';
import { lapsedHolds, type State } from './state.ts';
import type { BookingExpired } from './transition.ts';

/**
 * Sweep: give back the seats of lapsed holds, the longest lapsed first, at most `holdCountMax` of
 * them. Where none has lapsed it accepts and changes nothing.
 *
 * Refuses: event_not_found.
 */
export function decideExpire(state: State, command: Expire, now: Instant): EventDecision {
  if (state.event === null) return refused('event_not_found');
  const holds = lapsedHolds(state, now).slice(0, command.holdCountMax);
  return eventChanged(...holds.map((hold) => expireHold(hold, now)));
}

/** The end of one lapsed hold. */
export function expireHold(hold: HeldBooking, now: Instant): BookingExpired {
  const { id: bookingId, userId, quantity, ordinal, expiresAt } = hold;
  return { type: 'booking_expired', at: now, bookingId, userId, quantity, ordinal, expiresAt };
}

/**
 * Expires just enough of these lapsed holds, in their order, to free so many seats.
 * `null` when all of them together do not hold that many; nothing when none are missing.
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
