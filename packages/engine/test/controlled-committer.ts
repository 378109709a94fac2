import type { Deadline } from '../src/deadline.ts';
import { createGroupCommitter } from '../src/lane/group-committer.ts';
import type { GroupCommitterOptions } from '../src/lane/group-words.ts';

export const longDeadline: Deadline = { remainingMs: () => 60_000 };

/** A commit that ends when the test says so. */
interface PendingCommit {
  readonly eventId: string;
  readonly commands: readonly string[];
  succeed(): void;
  answer(outcomes: readonly Outcome[]): void;
  fail(error: Error): void;
}

export interface Outcome {
  readonly status: 'accepted';
  readonly command: string;
}

export const accepted = (command: string): Outcome => ({ status: 'accepted', command });

/** A committer whose commits end when the test says so. */
export function createControlled(options: Partial<GroupCommitterOptions<string, Outcome>> = {}) {
  const commits: PendingCommit[] = [];
  const calls: (readonly string[])[] = [];
  const committer = createGroupCommitter<string, Outcome>({
    groupSizeMax: 500,
    queueLengthMax: 10_000,
    eventCountMax: 100,
    commitCountMax: 100,
    commitEventCountMax: 1,
    furtherGroupSizeMin: () => Infinity,
    retryAfterMs: 700,
    failsWholeGroup: () => true,
    // As 'ada: first', or else nobody's in particular.
    callerOf: (command) => command.split(':', 1)[0] ?? '',
    onGroup: () => {},
    commit: (groups) => {
      calls.push(groups.map(({ eventId }) => eventId));
      return groups.map(({ eventId, commands }) => {
        const { promise, resolve, reject } = Promise.withResolvers<readonly Outcome[]>();
        const succeed = () => resolve(commands.map(accepted));
        commits.push({ eventId, commands, succeed, answer: resolve, fail: reject });
        return promise;
      });
    },
    ...options,
  });
  const submit = (command: string, eventId = 'E', deadline = longDeadline) =>
    committer.submit(eventId, command, deadline);
  return { committer, calls, commits, submit };
}

/** Lets everything that waits on a settled promise go on. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
