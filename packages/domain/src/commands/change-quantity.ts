import type { Actor } from '../booking/actor.ts';
import type { ConfirmedBooking } from '../booking/booking.ts';
import { isQuantity } from '../event/capacity.ts';
import { refusalOfSale, refusalOnBehalf } from './claim.ts';
import type { ChangeQuantity } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import { reclaim } from './expire.ts';
import { isCancelTooLate } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { findOwn, type OwnBooking, refusalOfUnconfirmed } from './own-booking.ts';
import { refused } from './refusal.ts';
import { lapsedHolds, type State, type StateWithEvent } from '../state/state.ts';
import { type BookingQuantityChanged, factsOf } from '../state/transition.ts';

/**
 * Give back a part of a confirmed booking, or let it grow. A part may be given back where `cancel`
 * would give back all of it: after the end of the sale, too, but not after the policy's deadline. To
 * grow is a claim of the seats that are added: it takes a sale that is on, the policy's limit of seats,
 * and free seats, those of lapsed holds included.
 *
 * If the booking has this quantity already, it is accepted and changes nothing. A change ends an offer
 * of the booking: nobody accepts another quantity than was offered.
 *
 * Refuses: invalid_quantity, event_not_found, booking_not_found (another user's booking, too),
 * booking_cancelled, hold_lapsed, not_confirmed, cancel_deadline_passed where it is to have less,
 * event_cancelled, quantity_changed; and where it is to grow event_closed, not_on_sale,
 * sale_not_started, sale_ended, quantity_over_limit, sold_out.
 *
 * @example
 * decideChangeQuantity(state, { type: 'changeQuantity', bookingId: 'b1', userId: 'ann', quantity: 1 }, now)
 */
export function decideChangeQuantity(
  state: State,
  command: ChangeQuantity,
  now: Instant,
): BookingDecision {
  if (!isQuantity(command.quantity)) return refused('invalid_quantity');
  const found = findOwn(state, command, now);
  if (found.status === 'refused') return found;
  return changeConfirmed(found, command, now);
}

function changeConfirmed(
  { state, booking }: OwnBooking,
  command: ChangeQuantity,
  now: Instant,
): BookingDecision {
  if (booking.status !== 'confirmed') return refusalOfUnconfirmed(booking, state.event);
  if (booking.quantity === command.quantity) return bookingUnchanged(booking);
  const isLess = command.quantity < booking.quantity;
  const { actor } = command;
  const isBound = isLess && actor === undefined;
  if (isBound && isCancelTooLate(state.event, now)) return refused('cancel_deadline_passed');
  const { expectedQuantity = booking.quantity } = command;
  if (booking.quantity !== expectedQuantity) return refused('quantity_changed');
  return isLess
    ? bookingChanged(changeQuantityOf(booking, command.quantity, now))
    : decideGrowth(state, { booking, quantity: command.quantity, actor }, now);
}

interface Growth {
  readonly booking: ConfirmedBooking;
  /** Seats that it is to have. */
  readonly quantity: number;
  /** Who acts on the user's behalf, and is not bound by the sale or the policy. */
  readonly actor: Actor | undefined;
}

function decideGrowth(
  state: StateWithEvent,
  { booking, quantity, actor }: Growth,
  now: Instant,
): BookingDecision {
  const refusal =
    actor === undefined ? refusalOfSale(state.event, now) : refusalOnBehalf(state.event);
  if (refusal !== null) return refusal;
  const { rules, capacity } = state.event;
  if (actor === undefined && quantity > rules.policy.quantityPerBookingMax)
    return refused('quantity_over_limit');
  const seatsMissing = quantity - booking.quantity - capacity.available;
  const reclaimed = reclaim(lapsedHolds(state, now), seatsMissing, now);
  if (reclaimed === null) return refused('sold_out');
  return bookingChanged(changeQuantityOf(booking, quantity, now), reclaimed);
}

function changeQuantityOf(
  booking: ConfirmedBooking,
  quantity: number,
  now: Instant,
): BookingQuantityChanged {
  const { confirmedAt, claimedQuantity = booking.quantity } = booking;
  const before = { quantity: booking.quantity };
  const facts = { ...factsOf(booking), quantity, claimedQuantity };
  return { ...facts, type: 'booking_quantity_changed', at: now, before, confirmedAt };
}
