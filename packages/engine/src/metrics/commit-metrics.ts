import { Histogram, type Registry } from 'prom-client';
import type { GivenOrderOutcome } from '../lane/order-words.ts';
import type { CommittedOutcome } from '../lane/words.ts';
import type { RefusedBy } from '../sale/sample.ts';
import type { SaleTallies } from '../sale/sale-tallies.ts';
import type { RefusalTallies } from './refusal-tallies.ts';
import { createTallies } from './tally.ts';

/** What an operator wants to know of the committer, and an organizer of the commits of an event. */
export interface CommitMetrics {
  /** A commit begins: so many commands of this event, the first of which waited so long. `null`: of orders. */
  readonly onGroup: (eventId: string | null, size: number, waitedMs: number) => void;
  readonly onCommitted: (
    eventId: string,
    outcomes: readonly CommittedOutcome[],
    tookMs: number,
  ) => void;
  readonly onOrdersCommitted: (outcomes: readonly GivenOrderOutcome[]) => void;
  readonly onFailed: () => void;
  /** A claim was refused as sold out by what Redis said, or PostgreSQL had just said to this process. */
  readonly onRefusedEarly: (eventId: string, by: Exclude<RefusedBy, 'database'>) => void;
}

/** Commands: from a lone one to the largest group that is usual. */
const groupSizeBuckets = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const waitBucketsSeconds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** One observation a group, so a crowd costs as much as a lone command. */
export function createCommitMetrics(
  registry: Registry,
  refusals: RefusalTallies,
  sales: SaleTallies,
): CommitMetrics {
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
    onGroup(eventId, size, waitedMs) {
      sizes.observe(size);
      waits.observe(waitedMs / 1_000);
      if (eventId !== null) sales.find(eventId)?.group(size, waitedMs);
    },
    onCommitted(eventId, outcomes, tookMs) {
      committed.inc();
      const sale = sales.find(eventId);
      sale?.committed(tookMs);
      for (const outcome of outcomes) {
        if (outcome.status !== 'refused') continue;
        refusals.byDatabase.get(outcome.reason)?.inc();
        sale?.refused(outcome.reason, 'database');
      }
    },
    onOrdersCommitted(outcomes) {
      committed.inc();
      for (const outcome of outcomes) {
        if (outcome.status !== 'refused') continue;
        refusals.byDatabase.get(outcome.reason)?.inc();
        if (outcome.eventId !== null)
          sales.find(outcome.eventId)?.refused(outcome.reason, 'database');
      }
    },
    onFailed: () => failed.inc(),
    onRefusedEarly(eventId, by) {
      refusals.soldOutBy[by].inc();
      sales.find(eventId)?.refused('sold_out', by);
    },
  };
}
