import { Histogram, type Registry } from 'prom-client';
import type { GivenOrderOutcome } from '../lane/order-words.ts';
import type { CommittedOutcome } from '../lane/words.ts';
import type { RefusalTallies } from './refusal-tallies.ts';
import { createTallies } from './tally.ts';

/** What an operator wants to know of the committer. */
export interface CommitMetrics {
  /** A commit begins: so many commands, the first of which waited so long. */
  readonly onGroup: (size: number, waitedMs: number) => void;
  readonly onCommitted: (outcomes: readonly (CommittedOutcome | GivenOrderOutcome)[]) => void;
  readonly onFailed: () => void;
  /** A claim was refused as sold out by what Redis said. */
  readonly onRefusedEarly: () => void;
}

/** Commands: from a lone one to the largest group that is usual. */
const groupSizeBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const waitBucketsSeconds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** One observation a group, so a crowd costs as much as a lone command. */
export function createCommitMetrics(registry: Registry, refusals: RefusalTallies): CommitMetrics {
  const registers = [registry];
  const groups = createTallies({
    name: 'holdfast_commits_total',
    help: 'Groups that were committed, or that failed as a whole.',
    labelNames: ['result'],
    registry,
  });
  const committed = groups({ result: 'committed' });
  const failed = groups({ result: 'failed' });
  const sizes = new Histogram({
    name: 'holdfast_commit_group_size',
    help: 'Commands of one event in one commit.',
    buckets: groupSizeBuckets,
    registers,
  });
  const waits = new Histogram({
    name: 'holdfast_commit_wait_seconds',
    help: 'How long the first command of a group had waited when its commit began.',
    buckets: waitBucketsSeconds,
    registers,
  });
  return {
    onGroup(size, waitedMs) {
      sizes.observe(size);
      waits.observe(waitedMs / 1_000);
    },
    onCommitted(outcomes) {
      committed.inc();
      for (const outcome of outcomes) {
        if (outcome.status === 'refused') refusals.byDatabase.get(outcome.reason)?.inc();
      }
    },
    onFailed: () => failed.inc(),
    onRefusedEarly: () => refusals.soldOutByRedis.inc(),
  };
}
