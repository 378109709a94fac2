import { type Booking, hasEndedWithEvent, type HeldBooking } from '../booking/booking.ts';
import type { Extend } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { findOwn } from './own-booking.ts';
import { type Refused, refused } from './refusal.ts';
import { lapsedHolds, type StateWithEvent, type State } from '../state/state.ts';
import { factsOf } from '../state/transition.ts';

/**
 * Let a hold that has not lapsed last longer: until `holdDurationMs` from now on, and at most
 * `holdDurationMs` and `holdExtensionMaxMs` after its begin. Repeated, it gives no more than that in
 * all. Where it has all of it already, it is accepted and changes nothing. It is possible after the end
 * of the sale, as `confirm` is.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), booking_cancelled,
 * hold_lapsed, hold_not_extendable, event_cancelled.
 *
 * @example decideExtend(state, { type: 'extend', bookingId: 'b1', userId: 'ann' }, now)
 */
export function decideExtend(state: State, command: Extend, now: Instant): BookingDecision {
  const found = findOwn(state, command, now);
  if (found.status === 'refused') return found;
  const { booking } = found;
  return booking.status === 'held'
    ? extendHold(found.state, booking, now)
    : refusalOfStatus(booking, found.state.event);
}

function refusalOfStatus(booking: Exclude<Booking, HeldBooking>, event: EventState): Refused {
  switch (booking.status) {
    case 'confirmed':
      return refused('hold_not_extendable');
    case 'expired':
      return refused('hold_lapsed');
    case 'cancelled':
      return refused(hasEndedWithEvent(booking, event) ? 'event_cancelled' : 'booking_cancelled');
  }
}

function extendHold(state: StateWithEvent, hold: HeldBooking, now: Instant): BookingDecision {
  const { heldSince } = hold;
  const { holdDurationMs, holdExtensionMaxMs, extendsWhenSoldOut } = state.event.rules.policy;
  if (holdExtensionMaxMs === 0 || heldSince === undefined) return refused('hold_not_extendable');
  const expiresAt = Math.min(now, heldSince + holdExtensionMaxMs) + holdDurationMs;
  if (expiresAt <= hold.expiresAt) return bookingUnchanged(hold);
  if (!extendsWhenSoldOut && !hasFreeSeats(state, now)) return refused('hold_not_extendable');
  const before = { expiresAt: hold.expiresAt };
  const facts = { ...factsOf(hold), at: now, heldSince, expiresAt, before };
  return bookingChanged({ ...facts, type: 'booking_extended' });
}

/** Seats of lapsed holds count as free. */
function hasFreeSeats(state: StateWithEvent, now: Instant): boolean {
  return state.event.capacity.available > 0 || lapsedHolds(state, now).length > 0;
}
