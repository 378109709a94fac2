import { setTimeout as sleep } from 'node:timers/promises';
import { silentSteps } from '@holdfast/command';
import { type Report, runOpenLoop, runTrial, type Stack, withDatabase } from '@holdfast/cli/parts';

/** What callers saw while the rows of the event that they booked moved to another node, and back. */
export interface Moving {
  readonly ratePerSecond: number;
  readonly movesMs: readonly number[];
  readonly report: Report;
}

const ratePerSecond = 150;
const userCount = 3_000;
/** After the load began. */
const beginAfterMs = 2_000;
const moveTimeoutMs = 120_000;

/**
 * Users arrive at a steady rate. Meanwhile the shards of their event, and all that are kept with them, are moved to
 * another worker, and back.
 */
export async function rehearseMoving(stack: Stack, stop: AbortSignal): Promise<Moving> {
  const moved = Promise.withResolvers<readonly number[]>();
  const plan = {
    mode: 'open_loop',
    userCount,
    seatCount: userCount,
    asksAgain: false,
    allowErrors: false,
    drive: (load: Parameters<typeof runOpenLoop>[0]) => {
      moveTwice(stack.databaseUrl, load.eventId).then(moved.resolve, moved.reject);
      return runOpenLoop(load, ratePerSecond);
    },
  } as const;
  const { report } = await runTrial(stack, plan, { steps: silentSteps, stop });
  return { ratePerSecond, movesMs: await moved.promise, report };
}

/** There and back, so that the second move begins from where nobody expects the rows. */
async function moveTwice(url: string, eventId: string): Promise<readonly number[]> {
  const options = { url, statementTimeoutMs: moveTimeoutMs, replyTimeoutMs: moveTimeoutMs };
  return await withDatabase(options, async ({ pool }) => {
    const movesMs: number[] = [];
    for (let move = 0; move < 2; move += 1) {
      await sleep(beginAfterMs);
      const startedAt = performance.now();
      await pool.query(moveShards, [eventId]);
      movesMs.push(Math.round(performance.now() - startedAt));
    }
    return movesMs;
  });
}

const moveShards = `
  select citus_move_shard_placement(s.shardid, s.nodename, s.nodeport, n.nodename, n.nodeport)
  from citus_shards s
  cross join lateral (
    select nodename, nodeport from pg_dist_node
    where groupid <> 0 and noderole = 'primary'
      and (nodename, nodeport) <> (s.nodename, s.nodeport)
    order by nodeid limit 1
  ) n
  where s.shardid = get_shard_id_for_distribution_column('events', $1::uuid)`;
