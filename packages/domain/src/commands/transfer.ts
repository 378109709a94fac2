import { mayCommand } from '../booking/actor.ts';
import { type Booking, bookingAsOf, type ConfirmedBooking } from '../booking/booking.ts';
import type { Instant } from '../instant.ts';
import type { Transfer } from './commands.ts';
import { type BookingDecision, bookingChanged, bookingUnchanged } from './decision.ts';
import { moveTo } from './move.ts';
import { refusalOfUnconfirmed } from './own-booking.ts';
import { refused } from './refusal.ts';
import { bookingNamed, hasEvent, type State, type StateWithEvent } from '../state/state.ts';
import { factsOf } from '../state/transition.ts';

/** An offer can be accepted for a day. */
const offerDurationMs = 24 * 60 * 60 * 1_000;

/**
 * Offer a confirmed booking to another user, in the place of an offer before, or take the offer back.
 * The offer lasts for 24 hours, and the booking stays with its user until it is accepted. It is
 * possible after the end of the sale, too.
 *
 * On the user's behalf the booking moves at once, past the policy's limit of active bookings.
 *
 * If it is offered to this user already, or has moved to this user on the other's behalf, it is
 * accepted and changes nothing.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too), booking_cancelled,
 * hold_lapsed, not_confirmed, event_cancelled.
 *
 * @example
 * decideTransfer(state, { type: 'transfer', bookingId: 'b1', userId: 'ann', toUserId: 'bob' }, now)
 */
export function decideTransfer(state: State, command: Transfer, now: Instant): BookingDecision {
  if (!hasEvent(state) || !mayCommand(state.event, command)) return refused('event_not_found');
  const known = bookingNamed(state, command.bookingId);
  if (known === undefined || !isAbout(known, command)) return refused('booking_not_found');
  const booking = bookingAsOf(known, state.event, now);
  return booking.status === 'confirmed'
    ? transferConfirmed(state, { booking, command }, now)
    : refusalOfUnconfirmed(booking, state.event);
}

/** Is it the booking of the command's user, or did the same command move it on that user's behalf? */
function isAbout({ userId }: Booking, command: Transfer): boolean {
  return userId === command.userId || (command.actor !== undefined && userId === command.toUserId);
}

function transferConfirmed(
  state: StateWithEvent,
  { booking, command }: { readonly booking: ConfirmedBooking; readonly command: Transfer },
  now: Instant,
): BookingDecision {
  const { toUserId, actor } = command;
  if (toUserId === null || toUserId === booking.userId) return takeBack(booking, now);
  if (actor !== undefined) return moveTo(state, { booking, userId: toUserId }, now);
  if (booking.offer?.toUserId === toUserId) return bookingUnchanged(booking);
  const offer = { toUserId, expiresAt: now + offerDurationMs };
  const { confirmedAt } = booking;
  const facts = { ...factsOf(booking), at: now, confirmedAt };
  return bookingChanged({ ...facts, type: 'booking_offered', offer });
}

function takeBack(booking: ConfirmedBooking, now: Instant): BookingDecision {
  if (booking.offer === undefined) return bookingUnchanged(booking);
  const { confirmedAt } = booking;
  const facts = { ...factsOf(booking), at: now, confirmedAt };
  return bookingChanged({ ...facts, type: 'booking_offered' });
}
