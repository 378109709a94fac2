import type { OutcomeOf } from '@holdfast/data';
import type { ApiCommand, ApiCommitter } from '../commit/api-committer.ts';
import type { Deadline } from '../http/deadline.ts';
import type { OutcomeUnknown } from '../commit/group-committer.ts';

/** What a command over HTTP ends in. */
export type ApiOutcome = OutcomeOf<ApiCommand> | OutcomeUnknown;

/** A command as it arrives. */
export interface Arrival {
  readonly command: ApiCommand;
  /** Its caller made the id in this very call: there can be no booking of it yet. */
  readonly isFirstAttempt: boolean;
}

/** In whose name a command is given. An admin's is in the name of the event's organizer. */
export function userOf(command: ApiCommand): string {
  return 'userId' in command ? command.userId : command.organizerId;
}

/** Where every command of an api process goes in: to the writer, or to an early no. */
export interface Entrance {
  /**
   * Has the command committed with others of its event, or refuses it at once where it is certain
   * that PostgreSQL would. Either way the answer is the same one.
   *
   * Faults: `overloaded` when a bound is reached, or at the deadline while the command still waited
   * (nothing was written either way); whatever the commit threw. A deadline that passes while the
   * commit is in flight answers `{ status: 'unknown' }`.
   *
   * @example await entrance.submit(eventId, { command, isFirstAttempt: true }, deadline)
   */
  submit(eventId: string, arrival: Arrival, deadline: Deadline): Promise<ApiOutcome>;
  /** Resolves when nothing waits, nothing is in flight, and Redis was told all there is to tell. */
  idle(): Promise<void>;
}

/** The entrance without Redis: everybody goes straight to the bounded committer. */
export function createPlainEntrance(committer: ApiCommitter): Entrance {
  return {
    submit: (eventId, arrival, deadline) =>
      committer.submit(eventId, { ...arrival, pass: null }, deadline),
    idle: () => committer.idle(),
  };
}
