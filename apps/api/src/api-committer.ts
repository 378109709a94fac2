import {
  CommitContended,
  commit,
  type Database,
  DatabaseUnavailable,
  type OutcomeOf,
} from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import { createGroupCommitter, type GroupCommitter } from './group-committer.ts';
import type { Limits } from './limits.ts';

/** A command that arrives over HTTP. */
export type ApiCommand = BookingCommand | OrganizerCommand;

/** The one way to the writer: every command of an event, whatever it is, waits in one queue. */
export type ApiCommitter = GroupCommitter<ApiCommand, OutcomeOf<ApiCommand>>;

/** What a caller that was refused for lack of room is told to wait. */
const overloadRetryAfterMs = 1_000;

/** The committer of an api process, over `commit` of the data package. */
export function createApiCommitter(database: Database, limits: Limits): ApiCommitter {
  return createGroupCommitter({
    commit: (eventId, commands: readonly ApiCommand[]) => commit(database, eventId, commands),
    isEverybodys: (error) =>
      error instanceof DatabaseUnavailable || error instanceof CommitContended,
    groupSizeMax: limits.groupSizeMax,
    queueLengthMax: limits.queueLengthMax,
    eventCountMax: limits.eventCountMax,
    commitCountMax: limits.commitCountMax,
    retryAfterMs: overloadRetryAfterMs,
  });
}
