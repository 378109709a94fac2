import { mayCommand } from '../booking/actor.ts';
import {
  type ActiveBooking,
  type Booking,
  bookingAsOf,
  type HeldBooking,
  isSpent,
} from '../booking/booking.ts';
import { cancelBooking } from './cancel.ts';
import { isQuantity } from '../event/capacity.ts';
import type { Book, Reserve } from './commands.ts';
import { type BookingDecision, bookingChanged } from './decision.ts';
import { type EventState, hasSaleEnded, hasSaleStarted } from '../event/event.ts';
import { expireHold, reclaim } from './expire.ts';
import { isPausing } from '../booking/hold-pause.ts';
import type { Instant } from '../instant.ts';
import { type Refused, refused, refusedOverLimit } from './refusal.ts';
import {
  activeBookingsOf,
  bookingsOf,
  hasEvent,
  lapsedHolds,
  type State,
  type StateWithEvent,
} from '../state/state.ts';
import type { BookingTransition } from '../state/transition.ts';

/** A command that takes seats: `reserve` or `book`. */
type Claim = Reserve | Book;

/**
 * The booking that the same command has made before, as it is by now. Null: it has made none.
 *
 * Refuses: invalid_quantity, event_not_found, id_taken.
 */
export function findClaimed(state: State, command: Claim, now: Instant): Booking | Refused | null {
  if (!isQuantity(command.quantity)) return refused('invalid_quantity');
  if (!hasEvent(state) || !mayCommand(state.event, command)) return refused('event_not_found');
  const known = state.bookings.get(command.bookingId);
  if (known === undefined) return null;
  const claimedQuantity = known.claimedQuantity ?? known.quantity;
  const isSame = known.userId === command.userId && claimedQuantity === command.quantity;
  if (!isSame) return refused('id_taken');
  return isSpent(known) ? null : bookingAsOf(known, state.event, now);
}

/**
 * Takes seats for a new booking: as a hold for `reserve`, as a sale for `book`. Seats of lapsed
 * holds count as free, and are reclaimed where they are needed. So do those of the user's own holds
 * that a `reserve` replaces, for that user alone: they end in the same decision.
 *
 * On a user's behalf seats may be taken before and after the sale, and past the policy's limits; but
 * only of an event that was put on sale, and never more than are free.
 *
 * Under a spent id nothing is taken. It is refused by the reason that there is now, and where there is
 * none any more, as id_taken: last of all.
 *
 * Refuses: event_not_found, event_cancelled, event_closed, not_on_sale, sale_not_started,
 * sale_ended, quantity_over_limit, bookings_over_limit, hold_paused, sold_out.
 */
export function decideClaim(state: State, command: Claim, now: Instant): BookingDecision {
  if (!hasEvent(state)) return refused('event_not_found');
  const own = ownBookings(state, command, now);
  const refusal =
    command.actor === undefined
      ? (refusalOfSale(state.event, now) ?? refusalOfPolicy(state, { command, own }, now))
      : refusalOnBehalf(state.event);
  if (refusal !== null) return refusal;
  const reclaimed = decideReclaim(state, { command, own }, now);
  if (reclaimed === null) return refused('sold_out');
  // All that a claim which takes seats can find under its id is the mark of a spent one.
  if (state.bookings.has(command.bookingId)) return refused('id_taken');
  const ended = own.replaced.map((hold) => cancelBooking(hold, 'replacement', now));
  return bookingChanged(claimed(state.event, { command, own }, now), [...reclaimed, ...ended]);
}

/** What the user has of this event: bookings that stay, and holds that the claim replaces. */
interface OwnBookings {
  readonly kept: readonly ActiveBooking[];
  readonly replaced: readonly HeldBooking[];
}

/** A claim, with what its user has. */
interface OwnClaim {
  readonly command: Claim;
  readonly own: OwnBookings;
}

function ownBookings(state: State, command: Claim, now: Instant): OwnBookings {
  const active = activeBookingsOf(state, command.userId, now);
  if (command.type === 'book' || command.replace !== true) return { kept: active, replaced: [] };
  return {
    kept: active.filter(({ status }) => status === 'confirmed'),
    replaced: active.filter((booking) => booking.status === 'held'),
  };
}

/** Why nothing of this event can be taken at `now`, if that is so. */
export function refusalOfSale({ rules }: EventState, now: Instant): Refused | null {
  if (rules.status === 'cancelled') return refused('event_cancelled');
  if (rules.status === 'closed') return refused('event_closed');
  if (rules.status === 'draft') return refused('not_on_sale');
  if (!hasSaleStarted(rules.saleWindow, now)) return refused('sale_not_started');
  if (hasSaleEnded(rules.saleWindow, now)) return refused('sale_ended');
  return null;
}

/** Why nobody can take anything of this event for a user, if that is so. */
export function refusalOnBehalf({ rules: { status } }: EventState): Refused | null {
  if (status === 'cancelled') return refused('event_cancelled');
  return status === 'draft' ? refused('not_on_sale') : null;
}

/** Why this user may not take so many, if that is so. */
function refusalOfPolicy(
  state: StateWithEvent,
  { command, own: { kept } }: OwnClaim,
  now: Instant,
): Refused | null {
  const { policy } = state.event.rules;
  const { userId, quantity } = command;
  if (quantity > policy.quantityPerBookingMax) return refused('quantity_over_limit');
  if (kept.length >= policy.activeBookingsPerUserMax) return refusedOverLimit(kept);
  return isPausing(state, { userId, policy }, now) ? refused('hold_paused') : null;
}

/**
 * The lapsed holds to expire first. The user's own come first, whose ordinals the new booking may
 * need. Then come others', the longest lapsed first, until there are enough seats. `null`: sold
 * out.
 */
function decideReclaim(
  state: StateWithEvent,
  { command, own: { replaced } }: OwnClaim,
  now: Instant,
): readonly BookingTransition[] | null {
  const available = state.event.capacity.available + seatsOf(replaced);
  const hasOwnHold = bookingsOf(state, command.userId).some(({ status }) => status === 'held');
  if (!hasOwnHold && available >= command.quantity) return [];
  const lapsed = lapsedHolds(state, now);
  const own = lapsed.filter((hold) => hold.userId === command.userId);
  const others = lapsed.filter((hold) => hold.userId !== command.userId);
  const fromOthers = reclaim(others, command.quantity - available - seatsOf(own), now);
  return fromOthers && [...own.map((hold) => expireHold(hold, now)), ...fromOthers];
}

function seatsOf(holds: readonly HeldBooking[]): number {
  return holds.reduce((seats, { quantity }) => seats + quantity, 0);
}

function claimed(
  { rules }: EventState,
  { command, own: { kept, replaced } }: OwnClaim,
  now: Instant,
): BookingTransition {
  const { bookingId, userId, quantity } = command;
  const facts = { at: now, bookingId, userId, quantity, ordinal: freeOrdinal(kept) };
  if (command.type === 'book') return { ...facts, type: 'booking_confirmed', from: 'nothing' };
  const { holdDurationMs } = rules.policy;
  // A hold that takes the place of others keeps seats no longer than they would have done.
  const expiries = replaced.map(({ expiresAt }) => expiresAt);
  const held = { ...facts, type: 'booking_held' } as const;
  const expiresAt = Math.min(now + holdDurationMs, ...expiries);
  const begins = replaced.flatMap(({ heldSince }) => heldSince ?? []);
  return begins.length === 0
    ? { ...held, expiresAt }
    : { ...held, expiresAt, heldSince: Math.min(...begins) };
}

/** The lowest ordinal that none of these bookings of the user has. */
export function freeOrdinal(kept: readonly ActiveBooking[]): number {
  const taken = new Set(kept.map((booking) => booking.ordinal));
  let ordinal = 1;
  while (taken.has(ordinal)) ordinal += 1;
  return ordinal;
}
