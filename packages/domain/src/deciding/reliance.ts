import type { Booking } from '../booking/booking.ts';
import type { Command } from '../commands/commands.ts';
import type { EventState } from '../event/event.ts';
import { hasHoldPause } from '../booking/hold-pause.ts';
import type { Instant } from '../instant.ts';
import { isReacquiring } from '../commands/reacquire.ts';
import type { RefusalReason } from '../commands/refusal.ts';
import { activeBookingsOf, type State } from '../state/state.ts';
import { capacityChangeOf, isBookingTransition, type Transition } from '../state/transition.ts';

/**
 * What accepted decisions relied on. The write repeats exactly that as its guard. To take seats
 * relies on enough free seats, and not on the number that was seen, so several writers of one event
 * do not undo each other's work.
 *
 * The whole guard. No part of it is enough alone:
 *
 * - the seats below, or with `everything` the event's version;
 * - each of `movedBookings` is still as it was seen: its status, user, ordinal, quantity, expiry and
 *   offer. The counters move by the quantity that was seen, a hold ends by the expiry that was seen,
 *   and whoever accepts an offer relies on it;
 * - no booking has the id of a new one, and no other active booking of its user has its ordinal:
 *   two unique indexes, of which the second holds users to the policy;
 * - the event's rules (status, sale window, policy) and its date are as they were seen, where they
 *   can change.
 */
export interface Reliance {
  /**
   * The event must still have the version that was seen. Organizers' commands need this. So do
   * claims where the policy has a pause: nothing else would notice that a hold of the user has
   * ended meanwhile.
   */
  readonly everything: boolean;
  /** So many seats, at least, must have been available before the first transition of the group. */
  readonly seatsAvailableMin: number;
  /**
   * So many seats, at most. Somebody was refused as sold out because of what this group itself
   * takes. That is right only if no seat has come back meanwhile. `null`: nobody was.
   */
  readonly seatsAvailableMax: number | null;
  /**
   * The existing bookings that are moved, each once, as they were seen before the group. They are in the
   * order of their last change: who gets a booking may need the ordinal that another one leaves.
   */
  readonly movedBookings: readonly Booking[];
  /** What the group has added to the available seats so far. Negative: it has taken some. */
  readonly availableChange: number;
}

/** For a group in which nothing is decided yet. */
export const noReliance: Reliance = {
  everything: false,
  seatsAvailableMin: 0,
  seatsAvailableMax: null,
  movedBookings: [],
  availableChange: 0,
};

/**
 * The reliance of a group, after one more of its commands was accepted with these transitions.
 *
 * @example relyOn(noReliance, { command, transitions: [held] }, event) // seatsAvailableMin: 2
 */
export function relyOn(
  reliance: Reliance,
  {
    command,
    transitions,
  }: { readonly command: Command; readonly transitions: readonly Transition[] },
  event: EventState | null,
): Reliance {
  const change = transitions.reduce((sum, each) => sum + capacityChangeOf(each).available, 0);
  const availableChange = reliance.availableChange + change;
  return {
    ...reliance,
    everything: reliance.everything || reliesOnEverything(command, event),
    seatsAvailableMin: Math.max(reliance.seatsAvailableMin, -availableChange),
    availableChange,
  };
}

/**
 * The reliance of a complete group, with the bookings that it moves. Most groups in a rush move
 * none, and then this costs nothing.
 */
export function relyOnMoved(
  reliance: Reliance,
  before: State,
  transitions: readonly Transition[],
): Reliance {
  if (before.bookings.size === 0) return reliance;
  const seenById = new Map<string, Booking>();
  for (const transition of transitions) {
    if (!isBookingTransition(transition)) continue;
    const seen = before.bookings.get(transition.bookingId);
    if (seen === undefined) continue;
    seenById.delete(seen.id);
    seenById.set(seen.id, seen);
  }
  if (seenById.size === 0) return reliance;
  return { ...reliance, movedBookings: [...seenById.values()] };
}

/** What a refusal was decided upon: the state before the group, and the state at its turn. */
export interface RefusedUpon {
  readonly before: State;
  readonly met: State;
  readonly now: Instant;
}

/**
 * The reliance of a group, after one of its commands was refused. If the state before the group
 * explains the refusal, it is right in any case. If the group itself is the reason, that reason
 * must still hold when the group is written.
 */
export function relyOnRefusal(
  reliance: Reliance,
  refused: { readonly command: Command; readonly reason: RefusalReason },
  { before, met, now }: RefusedUpon,
): Reliance {
  const { command, reason } = refused;
  switch (reason) {
    case 'sold_out':
      return { ...reliance, seatsAvailableMax: before.event?.capacity.available ?? null };
    case 'capacity_below_taken':
      return { ...reliance, everything: true };
    case 'bookings_over_limit':
      return isLimitMixed(command, { before, met, now })
        ? { ...reliance, everything: true }
        : reliance;
    case 'hold_lapsed': {
      // To reacquire a hold fails for want of seats, or by the limit.
      if (!isReacquiring(command)) return reliance;
      const everything = reliance.everything || isLimitMixed(command, { before, met, now });
      const seatsAvailableMax = before.event?.capacity.available ?? null;
      return { ...reliance, everything, seatsAvailableMax };
    }
    default:
      return reliance;
  }
}

/** Do old and new bookings of the user together reach the limit? One of the old may be given back. */
function isLimitMixed(command: Command, { before, met, now }: RefusedUpon): boolean {
  const activeCount = (state: State) =>
    'userId' in command ? activeBookingsOf(state, command.userId, now).length : 0;
  return activeCount(before) > 0 && activeCount(met) > activeCount(before);
}

function reliesOnEverything(command: Command, event: EventState | null): boolean {
  switch (command.type) {
    case 'create':
    case 'update':
    case 'open':
    case 'close':
    case 'setCapacity':
      return true;
    case 'reserve':
    case 'book':
      return event !== null && hasHoldPause(event.rules.policy);
    case 'confirm':
    case 'cancel':
    case 'changeQuantity':
    case 'extend':
    case 'transfer':
    case 'accept':
    case 'expire':
      return false;
  }
}
