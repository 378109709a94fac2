import type { Command } from './commands.ts';
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
  /** The event was exactly at the version that was seen: organizers' commands need this. */
  readonly everything: boolean;
  /** So many seats were available before the group's first transition. */
  readonly seatsAvailableMin: number;
  /** What the group has added to the available seats so far; negative: what it has taken. */
  readonly availableChange: number;
}

/** Nothing decided, nothing relied on. */
export const noReliance: Reliance = {
  everything: false,
  seatsAvailableMin: 0,
  availableChange: 0,
};

/**
 * The reliance of a group, after one more of its commands was accepted with these transitions.
 *
 * @example relyOn(noReliance, reserveTwoSeats, [held]) // seatsAvailableMin: 2
 */
export function relyOn(
  reliance: Reliance,
  command: Command,
  transitions: readonly Transition[],
): Reliance {
  const change = transitions.reduce((sum, each) => sum + capacityChangeOf(each).available, 0);
  const availableChange = reliance.availableChange + change;
  return {
    everything: reliance.everything || reliesOnEverything(command),
    seatsAvailableMin: Math.max(reliance.seatsAvailableMin, -availableChange),
    availableChange,
  };
}

function reliesOnEverything(command: Command): boolean {
  switch (command.type) {
    case 'create':
    case 'update':
    case 'open':
    case 'close':
    case 'setCapacity':
      return true;
    case 'reserve':
    case 'book':
    case 'confirm':
    case 'cancel':
    case 'expire':
      return false;
  }
}
