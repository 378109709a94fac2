import type { Pool, PoolClient } from 'pg';

/** What is told, and on which channel of NOTIFY. */
interface News {
  readonly channel: string;
  readonly payloads: readonly string[];
}

const here = 'select pg_notify($1, payload) from unnest($2::text[]) as payload';

/** A NOTIFY is heard only at the node where it is said, and each process listens at the node that it works on. */
const onAllNodes = `
  select count(*) filter (where not success)::int as deaf, min(result) filter (where not success) as reason
  from run_command_on_all_nodes(format(
    'select string_agg(pg_notify(%L, payload)::text, '''') from unnest(%L::text[]) as payload',
    $1::text, $2::text[]
  ))`;

/**
 * Tells all who listen, in a transaction once it is committed. Over the nodes of a Citus cluster they hear it at
 * once, and hear it again where the transaction is repeated.
 *
 * @throws Error where a node could not be told; what pg throws
 */
export async function notify(
  connection: Pool | PoolClient,
  { channel, payloads }: News,
  isDistributed: boolean,
): Promise<void> {
  if (!isDistributed) {
    await connection.query(here, [channel, payloads]);
    return;
  }
  const { rows } = await connection.query<{ deaf: number; reason: string | null }>(onAllNodes, [
    channel,
    payloads,
  ]);
  const [{ deaf, reason } = { deaf: 0, reason: null }] = rows;
  if (deaf > 0) throw new Error(`${deaf} nodes of the cluster could not be told: ${reason}`);
}
