import type { Command, GroupDecision, Instant, State } from '@holdfast/domain';

/** Commands of one event, to be decided and written together. */
export interface Group {
  readonly eventId: string;
  readonly commands: readonly Command[];
}

/** What a group of commands needs to know, all of one moment. */
export interface Loaded {
  readonly state: State;
  /** PostgreSQL's time when it read the state. The decision counts as made at this time. */
  readonly now: Instant;
  /** When the next hold lapses, or when the longest lapsed one did. `null`: nothing is held. */
  readonly nextLapseAt: Instant | null;
  /**
   * - `read`: PostgreSQL was asked.
   * - `known`: it is what the last commit left. No booking was looked at, so the guard must do that.
   */
  readonly from: 'read' | 'known';
}

/** A group that was decided upon what was loaded. */
export interface Decided {
  readonly loaded: Loaded;
  readonly group: GroupDecision<Command>;
}

/** What the event's row says after the commit, and when the commit began. */
export interface Recorded {
  readonly version: number;
  readonly total: number;
  readonly available: number;
  readonly held: number;
  /** PostgreSQL's time. */
  readonly now: Instant;
}

/** Does no command change anything? Then there is nothing to commit. */
export function isNothingToWrite({ group }: Decided): boolean {
  return group.transitions.length === 0;
}

/** Is this a sale? Sales of one event can be written in any order. Anything else makes or changes the event itself. */
export function isSale({ loaded, group }: Decided): boolean {
  return loaded.state.event !== null && !group.reliance.everything;
}

/** Does this group make new bookings for those who ask, and nothing else? */
export function isClaimsOnly({ group }: Decided): boolean {
  return group.transitions.every(
    (transition) =>
      (transition.type === 'booking_held' ||
        (transition.type === 'booking_confirmed' && transition.from === 'nothing')) &&
      transition.actor === undefined,
  );
}
