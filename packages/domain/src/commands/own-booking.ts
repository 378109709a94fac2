import { type Actor, mayCommand } from '../booking/actor.ts';
import {
  type Booking,
  bookingAsOf,
  type ConfirmedBooking,
  hasEndedWithEvent,
} from '../booking/booking.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { type Refused, refused } from './refusal.ts';
import { bookingNamed, hasEvent, type State, type StateWithEvent } from '../state/state.ts';

/** A user's own booking, as it is to be shown, and the state that it was found in. */
export interface OwnBooking {
  readonly status: 'found';
  readonly state: StateWithEvent;
  readonly booking: Booking;
}

/**
 * The booking that a command names, as it is by now.
 *
 * Refuses: event_not_found, booking_not_found (another user's booking, too).
 *
 * @example findOwn(state, { bookingId: 'b1', userId: 'ann' }, now)
 */
export function findOwn(
  state: State,
  command: {
    readonly bookingId: string;
    readonly userId: string;
    readonly actor?: Actor | undefined;
  },
  now: Instant,
): OwnBooking | Refused {
  if (!hasEvent(state) || !mayCommand(state.event, command)) return refused('event_not_found');
  const { bookingId, userId } = command;
  const booking = bookingNamed(state, bookingId);
  if (booking === undefined || booking.userId !== userId) return refused('booking_not_found');
  return { status: 'found', state, booking: bookingAsOf(booking, state.event, now) };
}

/** Why a command for confirmed bookings is refused for one that is not, as it is to be shown. */
export function refusalOfUnconfirmed(
  booking: Exclude<Booking, ConfirmedBooking>,
  event: EventState,
): Refused {
  switch (booking.status) {
    case 'held':
      return refused('not_confirmed');
    case 'expired':
      return refused('hold_lapsed');
    case 'cancelled':
      return refused(hasEndedWithEvent(booking, event) ? 'event_cancelled' : 'booking_cancelled');
  }
}
