import type { Database } from '@holdfast/data';
import { Client, type QueryConfig } from 'pg';
import { vi } from 'vitest';

/** The prepared statements that go over any connection while `work` does, in order, with their values. */
export async function sentDuring(work: () => Promise<unknown>): Promise<readonly Sent[]> {
  const query = vi.spyOn(Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls.map(([asked]: readonly unknown[]) => asked).filter(isNamed);
  } finally {
    query.mockRestore();
  }
}

export interface Sent extends QueryConfig {
  readonly name: string;
}

function isNamed(asked: unknown): asked is Sent {
  return typeof asked === 'object' && asked !== null && 'name' in asked && 'text' in asked;
}

/** How PostgreSQL plans a prepared statement: for these values, or once for all. */
const planCacheModes = ['force_custom_plan', 'force_generic_plan'] as const;

/** What a statement would look into: the names of tables and partitions, for both kinds of plan. Nothing is run. */
export async function readBy({ pool }: Database, sent: Sent): Promise<readonly string[]> {
  const client = await pool.connect();
  const found = new Set<string>();
  try {
    await client.query('set enable_seqscan = off');
    await client.query(`prepare explained as ${sent.text}`);
    const values = (sent.values ?? []).map((value) =>
      value === null ? 'null' : client.escapeLiteral(String(value)),
    );
    for (const mode of planCacheModes) {
      await client.query(`set plan_cache_mode = ${mode}`);
      const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
        `explain (format json) execute explained${values.length > 0 ? `(${values.join(', ')})` : ''}`,
      );
      for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) namesIn(Plan, found);
    }
  } finally {
    client.release(true);
  }
  return [...found].toSorted();
}

/** The names of tables and partitions in a plan that auto_explain has told. */
export function namesOfPlan(json: string): readonly string[] {
  const found = new Set<string>();
  namesIn((JSON.parse(json) as { Plan: PlanNode }).Plan, found);
  return [...found];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function namesIn(
  { 'Relation Name': name, Plans = [], ...node }: PlanNode,
  found: Set<string>,
): void {
  // A row is put into the partition of its own key, whatever the plan says.
  if (name !== undefined && node['Node Type'] !== 'ModifyTable') found.add(name);
  for (const plan of Plans) namesIn(plan, found);
}
