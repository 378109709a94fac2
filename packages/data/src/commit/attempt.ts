import type { Pool } from 'pg';
import type { Layout } from '../connection/layout.ts';
import type { Decided, Group, Recorded } from './group.ts';
import type { KnownEvents } from './known-events.ts';

/** What a commit needs of its process. */
export interface Writer {
  /** The connections of commits. */
  readonly pool: Pool;
  readonly layout: Layout;
  readonly known: KnownEvents;
}

/** A group, and whether all its commands are claims under ids that nobody has sent before. */
export interface ClaimedGroup extends Group {
  readonly isFirstAttempt: boolean;
}

/** A group is committed, or there was nothing to write (`recorded` is `null`). */
export interface Written {
  readonly status: 'written';
  readonly decided: Decided;
  /** What the event's row says since then. */
  readonly recorded: Recorded | null;
  /** Attempts before this one of which nobody knows whether they took effect. */
  readonly doubts: readonly Decided[];
}

/** A group has to be decided again. */
export interface Again {
  readonly status: 'again';
  /** The number of the attempt that comes next, from 1. */
  readonly attempt: number;
  readonly doubts: readonly Decided[];
  /** Why: what was thrown, `guardLost` or `notTried`. */
  readonly error: unknown;
}

/** Every attempt that there was time for has failed. */
export interface GivenUp {
  readonly status: 'given_up';
  readonly doubts: readonly Decided[];
  readonly error: unknown;
}

/** The guard of the write failed: what was decided does not hold any more. */
export const guardLost = new Error('The guard was lost.');

/** The group was not part of the attempt at all groups together. */
export const notTried = new Error('The group was not tried yet.');
