import type { PoolClient } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { preparedTexts } from '../sql/statement.ts';
import type { PlanNode, Prepared } from './plan-node.ts';
import { planOnNodes, plannerSettingsOfNodes, shard } from './plan-on-nodes.ts';

/** How PostgreSQL would find the rows of a statement. */
export interface ExplainedStatement {
  readonly name: string;
  /** Indexes that it would use, by name. */
  readonly indexes: readonly string[];
  /** It gives a page of a list, and would read all of the list and sort it, because no index has its order. */
  readonly isSorted: boolean;
  /** Our tables that it would read from end to end, because no index serves. */
  readonly tablesReadWhole: readonly string[];
}

/** Pages of lists: an index has each list in its order. */
const pages: readonly string[] = [
  'events_on_sale',
  'events_available',
  'events_of_organizer',
  'bookings_of_user',
  'bookings_of_event',
  'bookings_of_event_and_status',
  'bookings_of_event_and_user',
];

/**
 * Asks PostgreSQL how it would run each prepared statement of this package, as it does for any values. Nothing
 * is run. Of tables that are distributed it asks a node, for the values of one event, and leaves out statements that
 * only one PostgreSQL runs. Reading a whole table, and sorting, are made as dear as can be: so they are planned only where there
 * is no other way, however small the table is.
 *
 * @throws DatabaseUnavailable; Error of pg where a table or a column is missing
 * @example (await explainStatements(database)).flatMap(({ tablesReadWhole }) => tablesReadWhole) // []
 */
export async function explainStatements(
  database: Database,
): Promise<readonly ExplainedStatement[]> {
  const overNodes = await isDistributed(database);
  return await mapFaults(async () => {
    const client = await database.pool.connect();
    try {
      const explained: ExplainedStatement[] = [];
      await client.query(overNodes ? plannerSettingsOfNodes : plannerSettings);
      for (const [name, text] of preparedTexts()) {
        const nodes = await (overNodes ? planOnNodes : planOf)(client, { name, text });
        if (nodes !== null) explained.push(explainedBy(nodes, name));
      }
      return explained;
    } finally {
      client.release(true);
    }
  });
}

const plannerSettings = `
  set enable_seqscan = off; set enable_sort = off; set enable_incremental_sort = off;
  set plan_cache_mode = force_generic_plan`;

function explainedBy(nodes: readonly PlanNode[], prepared: string): ExplainedStatement {
  const name = prepared.replace('holdfast_', '');
  const are = (...types: readonly string[]) =>
    nodes.filter((node) => types.includes(node['Node Type']));
  return {
    name,
    indexes: named(nodes.map((node) => node['Index Name'])),
    isSorted: pages.includes(name) && are('Sort', 'Incremental Sort').length > 0,
    tablesReadWhole: named(
      are('Seq Scan').map((node) => node['Relation Name']?.replace(shard, '')),
    ),
  };
}

function named(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names)].filter((each) => each !== undefined);
}

async function planOf(client: PoolClient, { name, text }: Prepared): Promise<readonly PlanNode[]> {
  // Under a name of its own: the connection may know the statement already.
  const explained = `explained_${name}`;
  await client.query(`prepare ${explained} as ${text}`);
  const parameterCount = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const nulls = Array.from({ length: parameterCount }, () => 'null').join(', ');
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `explain (format json) execute ${explained}${nulls && `(${nulls})`}`,
  );
  return (rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan));
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
