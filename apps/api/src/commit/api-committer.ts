import {
  CommitContended,
  type CommittedGroup,
  DatabaseUnavailable,
  type GivenGroup,
  type OutcomeOf,
} from '@holdfast/data';
import type { BookingCommand, OrganizerCommand } from '@holdfast/domain';
import type { CommitMetrics } from './commit-metrics.ts';
import { type CommandGroup, createGroupCommitter, type GroupCommitter } from './group-committer.ts';
import { userOf } from '../admission/entrance.ts';
import type { GroupInFlight, GroupSettler } from '../admission/group-settler.ts';
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
  /** Decides and writes groups of different events: `commitGroups` of the data package. */
  readonly commit: (
    groups: readonly GivenGroup<ApiCommand>[],
  ) => readonly Promise<CommittedGroup<OutcomeOf<ApiCommand>>>[];
  readonly limits: CommitterLimits;
  readonly metrics: CommitMetrics;
  /** Is told of every group, before it is loaded and after it is committed. */
  readonly settler: GroupSettler;
}

/**
 * Events in one commit: what the others cost beside the first falls with their number, and beyond
 * this hardly further, while a group that fails has all of them tried alone.
 */
const commitEventCountMax = 64;

/**
 * The committer of an api process.
 *
 * @example
 * const commit = (groups) => commitGroups(database, groups, known);
 * createApiCommitter({ commit, limits, metrics, settler: nothingToSettle });
 */
export function createApiCommitter(options: ApiCommitterOptions): ApiCommitter {
  const { limits, metrics } = options;
  return createGroupCommitter({
    commit: (groups: readonly CommandGroup<Submission>[]) => commitAndSettle(options, groups),
    isEverybodys,
    callerOf: ({ command }) => userOf(command),
    onGroup: metrics.onGroup,
    groupSizeMax: limits.groupSizeMax,
    queueLengthMax: limits.queueLengthMax,
    eventCountMax: limits.eventCountMax,
    commitCountMax: limits.commitCountMax,
    commitEventCountMax,
    retryAfterMs: overloadRetryAfterMs,
  });
}

/**
 * The callers hear their outcomes at once; Redis hears in the background. Runs synchronously up to
 * `commit`, so a command's pass is taken in the moment in which the command leaves the queue.
 */
function commitAndSettle(
  options: ApiCommitterOptions,
  groups: readonly CommandGroup<Submission>[],
): readonly Promise<readonly OutcomeOf<ApiCommand>[]>[] {
  const begun = groups.map(({ eventId, commands: submissions }) => ({
    submissions,
    group: options.settler.begin(eventId, submissions),
  }));
  const ends = options.commit(groups.map(givenGroup));
  return begun.map(({ submissions, group }, index) =>
    settleAfter(options, { submissions, group, end: ends[index] }),
  );
}

function givenGroup({ eventId, commands: submissions }: CommandGroup<Submission>) {
  return {
    eventId,
    commands: submissions.map(({ command }) => command),
    isFirstAttempt: submissions.every(({ isFirstAttempt }) => isFirstAttempt),
  };
}

interface Begun {
  readonly submissions: readonly Submission[];
  readonly group: GroupInFlight;
  readonly end: Promise<CommittedGroup<OutcomeOf<ApiCommand>>> | undefined;
}

async function settleAfter(
  { metrics }: ApiCommitterOptions,
  { submissions, group, end }: Begun,
): Promise<readonly OutcomeOf<ApiCommand>[]> {
  try {
    if (end === undefined) throw new Error('A commit left out a group.');
    const { outcomes, standing } = await end;
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
