import type { Booking } from '../booking/booking.ts';
import type { CapacityChange } from '../event/capacity.ts';
import type { Command } from '../commands/commands.ts';
import type { GroupDecision } from './decide-group.ts';
import type { State } from '../state/state.ts';
import { capacityChangeOf, isBookingTransition, type Transition } from '../state/transition.ts';

/**
 * An existing booking as it is to be written, and as it was seen. Before the write it must still
 * have that status, user, ordinal, quantity, expiry and offer. Where all but the status never change,
 * as in a shop's orders, the status alone is enough.
 */
export interface MovedBooking {
  readonly seen: Booking;
  readonly booking: Booking;
}

/**
 * What one commit writes, all or nothing: the differences, one more version, the moved bookings,
 * and then the new ones. Its guard is the group's `reliance`.
 */
export interface GroupWrite {
  /** To be added to the event's counters as they then are. */
  readonly capacityChange: CapacityChange;
  /**
   * Written before the new ones: a user's lapsed hold must leave the index before the next booking
   * enters it.
   */
  readonly movedBookings: readonly MovedBooking[];
  /** Inserted as they are. If a key is taken, nothing is written, and it is decided again. */
  readonly newBookings: readonly Booking[];
}

/**
 * What to write of a group that was decided.
 *
 * @example
 * writeOf(decideGroup(state, [reserveTwo], now))
 * // { capacityChange: { total: 0, available: -2, held: 2 }, movedBookings: [], newBookings: [{ … }] }
 */
export function writeOf<C extends Command>(group: GroupDecision<C>): GroupWrite {
  const { transitions, reliance, after } = group;
  const movedBookings = reliance.movedBookings.map((seen) => ({
    seen,
    booking: bookingIn(after, seen.id),
  }));
  const newIds = touchedIds(transitions);
  for (const { id } of reliance.movedBookings) newIds.delete(id);
  return {
    capacityChange: changeOf(transitions),
    movedBookings,
    newBookings: [...newIds].map((id) => bookingIn(after, id)),
  };
}

function touchedIds(transitions: readonly Transition[]): Set<string> {
  const ids = new Set<string>();
  for (const transition of transitions) {
    if (isBookingTransition(transition)) ids.add(transition.bookingId);
  }
  return ids;
}

function bookingIn(after: State, id: string): Booking {
  const booking = after.bookings.get(id);
  if (booking === undefined) throw new Error(`Booking ${id} was decided about and then lost.`);
  return booking;
}

function changeOf(transitions: readonly Transition[]): CapacityChange {
  let [total, available, held] = [0, 0, 0];
  for (const transition of transitions) {
    const change = capacityChangeOf(transition);
    total += change.total;
    available += change.available;
    held += change.held;
  }
  return { total, available, held };
}
