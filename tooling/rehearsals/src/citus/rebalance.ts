import type { Fault } from '@holdfast/cli/parts';
import { queryOnce } from '@holdfast/services';
import { missingChanges } from '../missing-changes.ts';
import type { Node, Nodes } from './node.ts';

/** Rows are copied, so it depends on how many there are; here there are few. */
const answerTimeoutMs = 300_000;

const recoveryMsMax = 5_000;

export interface Rebalanced {
  readonly fault: Fault;
  /** How long it took until the node had no rows any more, and until it had its share again. */
  readonly tookMs: () => readonly number[];
}

/** Under load a node is emptied, as before it is taken away, and gets its share again, as one that is new. */
export function rebalanced({ coordinator }: Nodes, node: Node): Rebalanced {
  const tookMs: number[] = [];
  const fault: Fault = {
    name: 'rebalance',
    title: 'A node is emptied, and gets its share of rows again',
    holdsMs: 0,
    isSilent: true,
    recoveryMsMax,
    inject: async () => {
      for (const hasRows of [false, true]) {
        const beganAt = performance.now();
        await setHasRows(coordinator, node, hasRows);
        await rebalance(coordinator);
        tookMs.push(Math.round(performance.now() - beganAt));
        const isEmpty = (await countShards(coordinator, node)) === 0;
        if (isEmpty === hasRows) throw new Error('The rows did not move.');
      }
    },
    heal: async () => {},
    alsoHolds: missingChanges,
  };
  return { fault, tookMs: () => tookMs };
}

async function setHasRows({ url }: Node, node: Node, hasRows: boolean): Promise<void> {
  const { hostname, port } = new URL(node.url);
  await queryOnce(url, `select citus_set_node_property($1, $2, 'shouldhaveshards', $3)`, {
    values: [hostname, Number(port), hasRows],
  });
}

async function rebalance({ url }: Node): Promise<void> {
  await queryOnce(url, 'select citus_rebalance_start()');
  await queryOnce(url, 'select citus_rebalance_wait()', { answerTimeoutMs });
  const { rows } = await queryOnce<{ state: string }>(
    url,
    'select state::text from pg_dist_background_job order by job_id desc limit 1',
  );
  if (rows[0]?.state !== 'finished') throw new Error(`The rebalancer is ${rows[0]?.state}.`);
}

async function countShards({ url }: Node, node: Node): Promise<number> {
  const { rows } = await queryOnce<{ count: number }>(
    url,
    'select count(*)::int as count from citus_shards where nodeport = $1',
    { values: [node.handle.port] },
  );
  return rows[0]?.count ?? 0;
}
