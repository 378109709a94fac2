import type { Booking } from './booking.ts';
import { isQuantity } from './capacity.ts';
import type { Book, Reserve } from './commands.ts';
import { type BookingDecision, bookingChanged } from './decision.ts';
import { type EventState, hasSaleEnded, hasSaleStarted } from './event.ts';
import { expireHold, reclaim } from './expire.ts';
import type { Instant } from './instant.ts';
import { type RefusalReason, refused } from './refusal.ts';
import { activeBookingsOf, bookingsOf, lapsedHolds, type State } from './state.ts';
import type { BookingTransition } from './transition.ts';

/**
 * What `reserve` and `book` share. Where the booking is there already, with the same content,
 * `again` decides.
 */
export function decideClaim(
  state: State,
  command: Reserve | Book,
  now: Instant,
  again: (booking: Booking) => BookingDecision,
): BookingDecision {
  if (!isQuantity(command.quantity)) return refused('invalid_quantity');
  if (state.event === null) return refused('event_not_found');
  const known = state.bookings.get(command.bookingId);
  if (known !== undefined) {
    return hasSameContent(known, command) ? again(known) : refused('id_taken');
  }
  const reason =
    refusalOfSale(state.event, now) ?? refusalOfPolicy(state, state.event, command, now);
  if (reason !== null) return refused(reason);
  return takeSeats(state, state.event, command, now);
}

function hasSameContent(booking: Booking, command: Reserve | Book): boolean {
  return booking.userId === command.userId && booking.quantity === command.quantity;
}

/** Why nothing of this event can be taken at `now`, if that is so. */
function refusalOfSale(event: EventState, now: Instant): RefusalReason | null {
  const { status, saleWindow } = event.rules;
  if (status === 'cancelled') return 'event_cancelled';
  if (status === 'closed') return 'event_closed';
  if (status === 'draft') return 'not_on_sale';
  if (!hasSaleStarted(saleWindow, now)) return 'sale_not_started';
  if (hasSaleEnded(saleWindow, now)) return 'sale_ended';
  return null;
}

/** Why this user may not take so many, if that is so. */
function refusalOfPolicy(
  state: State,
  event: EventState,
  command: Reserve | Book,
  now: Instant,
): RefusalReason | null {
  const { quantityPerBookingMax, activeBookingsPerUserMax } = event.rules.policy;
  if (command.quantity > quantityPerBookingMax) return 'quantity_over_limit';
  const activeCount = activeBookingsOf(state, command.userId, now).length;
  return activeCount >= activeBookingsPerUserMax ? 'bookings_over_limit' : null;
}

function takeSeats(
  state: State,
  event: EventState,
  command: Reserve | Book,
  now: Instant,
): BookingDecision {
  const { bookingId, userId, quantity } = command;
  const reclaimed = reclaimFor(state, command, now);
  if (reclaimed === null) return refused('sold_out');
  const facts = { at: now, bookingId, userId, quantity, ordinal: freeOrdinal(state, userId, now) };
  const transition: BookingTransition =
    command.type === 'book'
      ? { ...facts, type: 'booking_confirmed', from: 'nothing' }
      : { ...facts, type: 'booking_held', expiresAt: now + event.rules.policy.holdDurationMs };
  return bookingChanged(transition, reclaimed);
}

/**
 * The lapsed holds to expire first: the user's own, whose ordinals the new booking may need, and
 * then others', the longest lapsed first, for as long as seats are missing. `null`: sold out.
 */
function reclaimFor(
  state: State,
  command: Reserve | Book,
  now: Instant,
): readonly BookingTransition[] | null {
  const available = state.event?.capacity.available ?? 0;
  const own = bookingsOf(state, command.userId).filter((booking) => booking.status === 'held');
  if (own.length === 0 && available >= command.quantity) return [];
  const lapsed = lapsedHolds(state, now);
  const ownLapsed = lapsed.filter((hold) => hold.userId === command.userId);
  const others = lapsed.filter((hold) => hold.userId !== command.userId);
  const freedByOwn = ownLapsed.reduce((seats, hold) => seats + hold.quantity, 0);
  const fromOthers = reclaim(others, command.quantity - available - freedByOwn, now);
  if (fromOthers === null) return null;
  return [...ownLapsed.map((hold) => expireHold(hold, now)), ...fromOthers];
}

/** The lowest ordinal that no active booking of the user has. */
function freeOrdinal(state: State, userId: string, now: Instant): number {
  const taken = new Set(activeBookingsOf(state, userId, now).map((booking) => booking.ordinal));
  let ordinal = 1;
  while (taken.has(ordinal)) ordinal += 1;
  return ordinal;
}
