import { openEvent, type Stack } from '@holdfast/cli/parts';
import {
  type CitusCluster,
  citusWorkersOf,
  queryOnce,
  type ServiceHandle,
} from '@holdfast/services';

/** One PostgreSQL of the cluster. */
export interface Node {
  /** The database of the rehearsal, as this node has it. */
  readonly url: string;
  /** To be killed and started again. */
  readonly handle: ServiceHandle;
}

export interface Nodes {
  readonly coordinator: Node;
  readonly workers: readonly Node[];
}

/** The nodes of the cluster, with the database that a stack has made on all of them. */
export async function nodesOf({ nodes }: CitusCluster, databaseUrl: string): Promise<Nodes> {
  const nodeAt = (url: string): Node => {
    const port = Number(new URL(url).port);
    const handle = nodes.find((each) => each.port === port);
    if (handle === undefined) throw new Error(`No node of the cluster has the port ${port}.`);
    return { url, handle };
  };
  const workerUrls = await citusWorkersOf(databaseUrl);
  return { coordinator: nodeAt(databaseUrl), workers: workerUrls.map(nodeAt) };
}

type Table = 'events' | 'orders';

const portOfRow = `
  select nodeport as port from citus_shards
  where shardid = get_shard_id_for_distribution_column($1::regclass, $2::uuid)`;

/** The node that has, or would have, the row of this id. */
export async function nodeWith(nodes: Nodes, table: Table, id: string): Promise<Node> {
  const { rows } = await queryOnce<{ port: number }>(nodes.coordinator.url, portOfRow, {
    values: [table, id],
  });
  const found = nodes.workers.find(({ handle }) => handle.port === rows[0]?.port);
  if (found === undefined) throw new Error(`No worker has the shard of ${table} ${id}.`);
  return found;
}

/** An event on one node, and another on a node that is left alone. */
export interface EventsApart {
  readonly victim: Node;
  readonly eventOfVictim: string;
  readonly survivor: Node;
  readonly eventOfSurvivor: string;
}

/** Ids are spread evenly: that all of these lie on one of two nodes happens once in half a million runs. */
const eventCountMax = 20;

/** Puts events on sale until two lie on different nodes. */
export async function openEventsApart(stack: Stack, nodes: Nodes): Promise<EventsApart> {
  const eventByNode = new Map<Node, string>();
  for (let count = 0; count < eventCountMax; count += 1) {
    const eventId = await openEvent(stack, { seatCount: 1_000 });
    eventByNode.set(await nodeWith(nodes, 'events', eventId), eventId);
    const [first, second] = eventByNode;
    if (first === undefined || second === undefined) continue;
    const [[victim, eventOfVictim], [survivor, eventOfSurvivor]] = [first, second];
    return { victim, eventOfVictim, survivor, eventOfSurvivor };
  }
  throw new Error('All events lie on one node.');
}
