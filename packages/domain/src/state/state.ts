import {
  type ActiveBooking,
  type Booking,
  isActive,
  isLapsed,
  isSpent,
  type HeldBooking,
} from '../booking/booking.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import type { EventCreated } from './transition.ts';

/**
 * What a decision looks at: one event, and those of its bookings that matter for the commands
 * (`relevantTo` says which). It is made by `stateOf`, and changed only by `evolve`.
 */
export interface State {
  /** `null`: there is no such event. */
  readonly event: EventState | null;
  readonly bookings: ReadonlyMap<string, Booking>;
  /**
   * The ids of the same bookings by user. Without it, the time for a group of n commands would grow
   * with n².
   */
  readonly bookingIdsByUser: ReadonlyMap<string, readonly string[]>;
  /** How the event was made. `null`: it is not known, or was not asked for. */
  readonly creation: EventCreated | null;
}

/** Nothing is there yet. */
export const initialState: State = stateOf(null, []);

/**
 * The state with this event and these bookings. A booking named twice counts once.
 *
 * @example stateOf(event, [hold])
 */
export function stateOf(
  event: EventState | null,
  bookings: Iterable<Booking>,
  creation: EventCreated | null = null,
): State {
  const byId = new Map<string, Booking>();
  const idsByUser = new Map<string, string[]>();
  for (const booking of bookings) {
    if (!byId.has(booking.id)) addToUser(idsByUser, booking);
    byId.set(booking.id, booking);
  }
  return { event, bookings: byId, bookingIdsByUser: idsByUser, creation };
}

/** A state in which the event is there. */
export type StateWithEvent = State & { readonly event: EventState };

/** Is the event there? */
export function hasEvent(state: State): state is StateWithEvent {
  return state.event !== null;
}

/** Lists a booking under its user. */
export function addToUser(idsByUser: Map<string, string[]>, booking: Booking): void {
  const ids = idsByUser.get(booking.userId);
  if (ids === undefined) idsByUser.set(booking.userId, [booking.id]);
  else ids.push(booking.id);
}

/** The booking of this id, if there is one. A spent id has none. */
export function bookingNamed(state: State, id: string): Booking | undefined {
  const booking = state.bookings.get(id);
  return booking === undefined || isSpent(booking) ? undefined : booking;
}

/** The user's known bookings of this event, in any status. */
export function bookingsOf(state: State, userId: string): readonly Booking[] {
  const ids = state.bookingIdsByUser.get(userId) ?? [];
  return ids.flatMap((id) => state.bookings.get(id) ?? []);
}

/** The user's bookings that take seats at `now`. */
export function activeBookingsOf(
  state: State,
  userId: string,
  now: Instant,
): readonly ActiveBooking[] {
  return bookingsOf(state, userId).filter((booking) => isActive(booking, now));
}

/** The known holds that have run out at `now`, the longest lapsed first. */
export function lapsedHolds(state: State, now: Instant): readonly HeldBooking[] {
  const lapsed: HeldBooking[] = [];
  for (const booking of state.bookings.values()) {
    if (booking.status === 'held' && isLapsed(booking, now)) lapsed.push(booking);
  }
  return lapsed.sort((a, b) => a.expiresAt - b.expiresAt || (a.id < b.id ? -1 : 1));
}
