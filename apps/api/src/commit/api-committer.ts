import {
  CommitContended,
  type CommittedGroup,
  DatabaseUnavailable,
  type OutcomeOf,
} from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import type { CommitMetrics } from './commit-metrics.ts';
import { createGroupCommitter, type GroupCommitter } from './group-committer.ts';
import type { GroupSettler } from '../admission/group-settler.ts';
import type { Limits } from '../limits.ts';
import type { Pass } from '../admission/pass.ts';

/** A command that arrives over HTTP. */
export type ApiCommand = BookingCommand | OrganizerCommand;

/** A command on its way to the commit. */
export interface Submission {
  readonly command: ApiCommand;
  /** A claim whose id nobody sent before: there can be no booking of it yet. */
  readonly isFirstAttempt: boolean;
  /** `null`: it did not come past admission. */
  readonly pass: Pass | null;
}

/** The one way to the writer: every command of an event, whatever it is, waits in one queue. */
export type ApiCommitter = GroupCommitter<Submission, OutcomeOf<ApiCommand>>;

/** What a caller that was refused for lack of room is told to wait. */
export const overloadRetryAfterMs = 1_000;

type CommitterLimits = Pick<
  Limits,
  'groupSizeMax' | 'queueLengthMax' | 'eventCountMax' | 'commitCountMax'
>;

interface ApiCommitterOptions {
  /** Decides and writes one group of one event: `commitGroup` of the data package. */
  readonly commit: (
    eventId: string,
    commands: readonly ApiCommand[],
  ) => Promise<CommittedGroup<OutcomeOf<ApiCommand>>>;
  readonly limits: CommitterLimits;
  readonly metrics: CommitMetrics;
  /** Is told of every group, before it is loaded and after it is committed. */
  readonly settler: GroupSettler;
}

/**
 * The committer of an api process.
 *
 * @example
 * const commit = (eventId, commands) => commitGroup(database, eventId, commands);
 * createApiCommitter({ commit, limits, metrics, settler: nothingToSettle });
 */
export function createApiCommitter(options: ApiCommitterOptions): ApiCommitter {
  const { limits, metrics } = options;
  return createGroupCommitter({
    commit: (eventId, submissions: readonly Submission[]) =>
      commitAndSettle(options, eventId, submissions),
    isEverybodys,
    onGroup: metrics.onGroup,
    groupSizeMax: limits.groupSizeMax,
    queueLengthMax: limits.queueLengthMax,
    eventCountMax: limits.eventCountMax,
    commitCountMax: limits.commitCountMax,
    retryAfterMs: overloadRetryAfterMs,
  });
}

/**
 * The callers hear their outcomes at once; Redis hears in the background. Runs synchronously up to
 * `commit`, so a command's pass is taken in the moment in which the command leaves the queue.
 */
async function commitAndSettle(
  { commit, metrics, settler }: ApiCommitterOptions,
  eventId: string,
  submissions: readonly Submission[],
): Promise<readonly OutcomeOf<ApiCommand>[]> {
  const group = settler.begin(eventId, submissions);
  try {
    const commands = submissions.map(({ command }) => command);
    const { outcomes, standing } = await commit(eventId, commands);
    metrics.onCommitted(outcomes);
    group.committed(outcomes, standing);
    return outcomes;
  } catch (error) {
    metrics.onFailed();
    // Else the committer tries its commands one by one, and their fences must still stand.
    if (isEverybodys(error) || submissions.length === 1) group.failed();
    throw error;
  }
}

function isEverybodys(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof CommitContended;
}
