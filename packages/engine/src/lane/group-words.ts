import type { Deadline } from '../deadline.ts';

/** The command was being committed when its caller's time ran out: it may be written or not. */
export interface OutcomeUnknown {
  readonly status: 'unknown';
}

/** The commands of one event that are committed together; each caller's in order of arrival. */
export interface CommandGroup<Command, Outcome> {
  readonly eventId: string;
  readonly commands: readonly Command[];
  /** Answers the command at this place before the group is over. What the group answers it then is not looked at. */
  readonly answerNow: (place: number, outcome: Answer<Outcome>) => void;
}

/** What a caller is told, now or a little later than the others of its group. */
export type Answer<Outcome> = Outcome | Promise<Outcome>;

export interface GroupCommitterOptions<Command, Outcome> {
  /**
   * Decides and writes groups of different events: one promise a group, each of one outcome a
   * command, in the same order. A group does not answer for another. Where it throws at once, each
   * group is given alone, and what it throws then is that group's error.
   */
  readonly commit: (
    groups: readonly CommandGroup<Command, Outcome>[],
  ) => readonly Promise<readonly Answer<Outcome>[]>[];
  /**
   * Is this error nobody's in particular (the database is away), so that it holds for the whole
   * group? Any other may be one command's doing, and the rest are then committed without it.
   */
  readonly failsWholeGroup: (error: unknown) => boolean;
  /** Whose command it is: where more wait than a group holds, callers take turns. */
  readonly callerOf: (command: Command) => string;
  /** Hears of every group when its commit begins: its size, and how long its first command waited. */
  readonly onGroup: (eventId: string, size: number, waitedMs: number) => void;
  /** Commands in one group, and in all groups of one commit, at most. */
  readonly groupSizeMax: number;
  /** Events in one commit, at most. */
  readonly commitEventCountMax: number;
  /** Commands of one event that wait for their commit, at most. */
  readonly queueLengthMax: number;
  /** Events that have anything waiting or in flight, at most. */
  readonly eventCountMax: number;
  /**
   * A second group of this event begins beside one in flight when so many commands wait. Infinity: never, as where
   * two groups cannot be decided and written in any order. A caller who has a command in flight waits for it.
   */
  readonly furtherGroupSizeMin: (eventId: string) => number;
  /** Commits in flight at a time, at most: what the database pool can spare. */
  readonly commitCountMax: number;
  /** What a refused caller is told to wait, in milliseconds. */
  readonly retryAfterMs: number;
}

export interface GroupCommitter<Command, Outcome> {
  /**
   * Has the command committed with others of its event, and answers its own outcome.
   *
   * Faults: `overloaded` at once when a bound is reached, or at the deadline when the command was
   * still waiting (nothing was written either way); whatever `commit` threw for its group, or for
   * the command alone.
   * A deadline that passes while the commit is in flight answers `{ status: 'unknown' }`.
   */
  submit(eventId: string, command: Command, deadline: Deadline): Promise<Outcome | OutcomeUnknown>;
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>;
  /** Events that have anything waiting or in flight now. */
  readonly eventCount: number;
}
