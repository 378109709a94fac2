import { type Booking, bookingAsOf } from '../booking/booking.ts';
import { isQuantity } from '../event/capacity.ts';
import type { Book, Reserve } from './commands.ts';
import { type BookingDecision, bookingChanged } from './decision.ts';
import { type EventState, hasSaleEnded, hasSaleStarted, isKnownTo } from '../event/event.ts';
import { expireHold, reclaim } from './expire.ts';
import { isPausing } from '../booking/hold-pause.ts';
import type { Instant } from '../instant.ts';
import { type Refused, refused, refusedOverLimit } from './refusal.ts';
import { activeBookingsOf, bookingsOf, hasEvent, lapsedHolds, type State } from '../state/state.ts';
import type { BookingTransition } from '../state/transition.ts';

/** A command that takes seats: `reserve` or `book`. */
type Claim = Reserve | Book;

/** A state in which the event is there. */
type EventThere = State & { readonly event: EventState };

/**
 * The booking that the same command has made before, as it is by now. Null: it is a new one.
 *
 * Refuses: invalid_quantity, event_not_found, id_taken.
 */
export function findClaimed(state: State, command: Claim, now: Instant): Booking | Refused | null {
  if (!isQuantity(command.quantity)) return refused('invalid_quantity');
  if (!hasEvent(state) || !isKnownTo(state.event, command.userId)) {
    return refused('event_not_found');
  }
  const known = state.bookings.get(command.bookingId);
  if (known === undefined) return null;
  const isSame = known.userId === command.userId && known.quantity === command.quantity;
  return isSame ? bookingAsOf(known, state.event, now) : refused('id_taken');
}

/**
 * Takes seats for a new booking: as a hold for `reserve`, as a sale for `book`. Seats of lapsed
 * holds count as free, and are reclaimed where they are needed.
 *
 * Refuses: event_not_found, event_cancelled, event_closed, not_on_sale, sale_not_started,
 * sale_ended, quantity_over_limit, bookings_over_limit, hold_paused, sold_out.
 */
export function decideClaim(state: State, command: Claim, now: Instant): BookingDecision {
  if (!hasEvent(state)) return refused('event_not_found');
  const refusal = refusalOfSale(state.event, now) ?? refusalOfPolicy(state, command, now);
  if (refusal !== null) return refusal;
  const reclaimed = decideReclaim(state, command, now);
  if (reclaimed === null) return refused('sold_out');
  return bookingChanged(claimed(state, command, now), reclaimed);
}

/** Why nothing of this event can be taken at `now`, if that is so. */
function refusalOfSale({ rules }: EventState, now: Instant): Refused | null {
  if (rules.status === 'cancelled') return refused('event_cancelled');
  if (rules.status === 'closed') return refused('event_closed');
  if (rules.status === 'draft') return refused('not_on_sale');
  if (!hasSaleStarted(rules.saleWindow, now)) return refused('sale_not_started');
  if (hasSaleEnded(rules.saleWindow, now)) return refused('sale_ended');
  return null;
}

/** Why this user may not take so many, if that is so. */
function refusalOfPolicy(state: EventThere, command: Claim, now: Instant): Refused | null {
  const { policy } = state.event.rules;
  const { userId, quantity } = command;
  if (quantity > policy.quantityPerBookingMax) return refused('quantity_over_limit');
  const active = activeBookingsOf(state, userId, now);
  if (active.length >= policy.activeBookingsPerUserMax) return refusedOverLimit(active);
  return isPausing(state, { userId, policy }, now) ? refused('hold_paused') : null;
}

/**
 * The lapsed holds to expire first. The user's own come first, whose ordinals the new booking may
 * need. Then come others', the longest lapsed first, until there are enough seats. `null`: sold
 * out.
 */
function decideReclaim(
  state: EventThere,
  command: Claim,
  now: Instant,
): readonly BookingTransition[] | null {
  const { available } = state.event.capacity;
  const hasOwnHold = bookingsOf(state, command.userId).some(({ status }) => status === 'held');
  if (!hasOwnHold && available >= command.quantity) return [];
  const lapsed = lapsedHolds(state, now);
  const own = lapsed.filter((hold) => hold.userId === command.userId);
  const others = lapsed.filter((hold) => hold.userId !== command.userId);
  const freedByOwn = own.reduce((seats, hold) => seats + hold.quantity, 0);
  const fromOthers = reclaim(others, command.quantity - available - freedByOwn, now);
  return fromOthers && [...own.map((hold) => expireHold(hold, now)), ...fromOthers];
}

function claimed(state: EventThere, command: Claim, now: Instant): BookingTransition {
  const { bookingId, userId, quantity } = command;
  const facts = { at: now, bookingId, userId, quantity, ordinal: freeOrdinal(state, userId, now) };
  if (command.type === 'book') return { ...facts, type: 'booking_confirmed', from: 'nothing' };
  const { holdDurationMs } = state.event.rules.policy;
  return { ...facts, type: 'booking_held', expiresAt: now + holdDurationMs };
}

/** The lowest ordinal that no active booking of the user has. */
function freeOrdinal(state: State, userId: string, now: Instant): number {
  const taken = new Set(activeBookingsOf(state, userId, now).map((booking) => booking.ordinal));
  let ordinal = 1;
  while (taken.has(ordinal)) ordinal += 1;
  return ordinal;
}
