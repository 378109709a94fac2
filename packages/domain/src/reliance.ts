import type { Command } from './commands.ts';
import type { EventState } from './event.ts';
import { hasHoldPause } from './hold-pause.ts';
import type { Instant } from './instant.ts';
import type { RefusalReason } from './refusal.ts';
import { activeBookingsOf, type State } from './state.ts';
import { capacityChangeOf, type Transition } from './transition.ts';

/**
 * What accepted decisions took for granted, so that a writer can repeat exactly that as the guard
 * of its write. Taking seats commutes: it needs enough seats to be free, not the very number that
 * was seen, so several writers on one event do not undo each other's work.
 *
 * Besides these two, every decision relies on the event's rules, and on the status of each booking
 * that it moves.
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
  /** What the group has added to the available seats so far; negative: what it has taken. */
  readonly availableChange: number;
}

/** Nothing decided, nothing relied on. */
export const noReliance: Reliance = {
  everything: false,
  seatsAvailableMin: 0,
  seatsAvailableMax: null,
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
