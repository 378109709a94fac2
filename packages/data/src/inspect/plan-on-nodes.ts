import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { PlanNode, Prepared } from './plan-node.ts';

/** Each node plans for itself, and hears of settings that a transaction makes for itself alone. */
export const plannerSettingsOfNodes = `
  begin; set local citus.propagate_set_commands = 'local'; set local plan_cache_mode = force_custom_plan;
  set local enable_seqscan = off; set local enable_sort = off; set local enable_incremental_sort = off`;

/** How the name of a shard ends. */
export const shard = /_\d+$/;

/** `feature_not_supported`: the statement is for one PostgreSQL. */
const notForNodes = '0A000';

/** The plan of a node, with the id of an event in it, which says which node it is. `null`: not for nodes. */
export async function planOnNodes(
  client: PoolClient,
  { name, text }: Prepared,
): Promise<readonly PlanNode[] | null> {
  const explained = `explained_${name}`;
  await client.query(`savepoint explained; prepare ${explained} as ${text}`);
  const { rows: prepared } = await client.query<{ types: readonly string[] }>(
    'select parameter_types::text[] as types from pg_prepared_statements where name = $1',
    [explained],
  );
  const values = (prepared[0]?.types ?? []).map(exampleOf).join(', ');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(
      `explain (format json) execute ${explained}${values && `(${values})`}`,
    );
    return nodesWithin(rows[0]?.['QUERY PLAN']);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === notForNodes)) throw error;
    return null;
  } finally {
    await client.query('rollback to explained');
  }
}

/** With null PostgreSQL would see that no row fits, and look for none. */
function exampleOf(type: string): string {
  if (type.endsWith('[]')) return `array[${exampleOf(type.slice(0, -2))}]::${type}`;
  return examples[type] ?? 'null';
}

const examples: Readonly<Record<string, string>> = {
  uuid: `'${randomUUID()}'`,
  text: `'example'`,
  integer: '1',
  bigint: '1',
  'double precision': '1',
  boolean: 'true',
};

/** What nodes do: their plans stand deep within that of the whole, which sorts pages of several nodes into one. */
function nodesWithin(value: unknown): readonly PlanNode[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) =>
    key === 'Remote Plan' ? allWithin(inside) : nodesWithin(inside),
  );
}

function allWithin(value: unknown): readonly PlanNode[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(allWithin);
  return isNode(value) ? [value, ...inside] : inside;
}

function isNode(value: object): value is PlanNode {
  return 'Node Type' in value;
}
