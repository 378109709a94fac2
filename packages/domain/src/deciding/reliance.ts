import type { Booking, BookingStatus } from '../booking/booking.ts';
import type { Command } from '../commands/commands.ts';
import type { EventState } from '../event/event.ts';
import { hasHoldPause } from '../booking/hold-pause.ts';
import type { Instant } from '../instant.ts';
import type { RefusalReason } from '../commands/refusal.ts';
import { activeBookingsOf, type State } from '../state/state.ts';
import { capacityChangeOf, isBookingTransition, type Transition } from '../state/transition.ts';

/** A booking as a decision met it. */
export interface SeenBooking {
  readonly bookingId: string;
  readonly seenStatus: BookingStatus;
}

/**
 * What accepted decisions took for granted, so that a writer can repeat exactly that as the guard
 * of its write. Taking seats commutes: it needs enough seats to be free, not the very number that
 * was seen, so several writers on one event do not undo each other's work.
 *
 * The whole guard, of which no part is enough alone:
 * - the seats below, or with `everything` the event's version;
 * - each of `movedBookings` still has the status it was seen in. That covers its expiry: no booking
 *   comes back to a status it has left, and a hold's `expiresAt` never changes;
 * - no new booking's id is there yet, and no other booking of its user that is held or confirmed has
 *   its ordinal: a unique index each, which also holds users to the policy;
 * - the event's rules (status, sale window, policy) are as they were seen, where they can change.
 */
export interface Reliance {
  /**
   * The event was exactly at the version that was seen. Organizers' commands need this, and claims
   * where the policy has a pause: that no hold of the user has ended meanwhile nothing else says.
   */
  readonly everything: boolean;
  /** At least so many seats were available before the group's first transition. */
  readonly seatsAvailableMin: number;
  /**
   * At most so many: somebody was refused as sold out because of what the same group had taken, which
   * is only right if no seat has come back meanwhile. `null`: nobody was.
   */
  readonly seatsAvailableMax: number | null;
  /** The bookings that were there and are moved, each once, as they were before the group. */
  readonly movedBookings: readonly SeenBooking[];
  /** What the group has added to the available seats so far; negative: what it has taken. */
  readonly availableChange: number;
}

/** Nothing decided, nothing relied on. */
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
 * The reliance of a group that is complete: with the bookings it moves. Most groups of a crowd move
 * none, and there this costs them nothing.
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
    if (seen !== undefined) seenById.set(seen.id, seen);
  }
  if (seenById.size === 0) return reliance;
  const movedBookings = [...seenById.values()].map(({ id, status }) => ({
    bookingId: id,
    seenStatus: status,
  }));
  return { ...reliance, movedBookings };
}

/** What a refusal was decided upon: the state before the group, and the one it met. */
export interface RefusedUpon {
  readonly before: State;
  readonly met: State;
  readonly now: Instant;
}

/**
 * The reliance of a group, after one of its commands was refused. A refusal that the state before
 * the group explains is right whatever happens since; one that is due to what the group itself has
 * done must be as right when that is written.
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
    case 'bookings_over_limit': {
      const activeCount = (state: State) =>
        'userId' in command ? activeBookingsOf(state, command.userId, now).length : 0;
      // Only old and new bookings together reach the limit: one of the old may be given back.
      const isMixed = activeCount(before) > 0 && activeCount(met) > activeCount(before);
      return isMixed ? { ...reliance, everything: true } : reliance;
    }
    default:
      return reliance;
  }
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
    case 'expire':
      return false;
  }
}
