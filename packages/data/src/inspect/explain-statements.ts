import type { PoolClient } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { preparedTexts } from '../sql/statement.ts';

/** How PostgreSQL would find the rows of a statement. */
export interface ExplainedStatement {
  readonly name: string;
  /** Indexes that it would use, by name. */
  readonly indexes: readonly string[];
  /** The index that was made for it, where it would not use that; else null. */
  readonly indexMissed: string | null;
  /** Our tables that it would read from end to end, because no index serves. */
  readonly tablesReadWhole: readonly string[];
}

/**
 * Statements with an index of their own. Without it another one serves, in the wrong order or with more rows
 * than are wanted. The others find single rows by keys.
 */
const indexMadeFor: Readonly<Record<string, string>> = {
  events_on_sale: 'ix_events_date',
  events_available: 'ix_events_available_date',
  events_of_organizer: 'ix_events_organizer_date',
  bookings_of_user: 'ix_bookings_user_id',
  bookings_of_event: 'ix_bookings_event_id',
  worker_lag: 'ix_outbox_pending',
};

/**
 * Asks PostgreSQL how it would run each prepared statement of this package, as it does for any values. Nothing
 * is run. Reading a whole table is made as dear as can be: so it is planned only where there is no other
 * way, however small the table is.
 *
 * @throws DatabaseUnavailable; Error of pg where a table or a column is missing
 * @example (await explainStatements(database)).flatMap(({ tablesReadWhole }) => tablesReadWhole) // []
 */
export async function explainStatements({
  pool,
}: Database): Promise<readonly ExplainedStatement[]> {
  return await mapFaults(async () => {
    const client = await pool.connect();
    try {
      await client.query(`set enable_seqscan = off; set plan_cache_mode = force_generic_plan`);
      const explained: ExplainedStatement[] = [];
      for (const [name, text] of preparedTexts()) {
        explained.push(await explain(client, { name, text }));
      }
      return explained;
    } finally {
      client.release(true);
    }
  });
}

interface Prepared {
  readonly name: string;
  readonly text: string;
}

async function explain(client: PoolClient, prepared: Prepared): Promise<ExplainedStatement> {
  const nodes = await planOf(client, prepared);
  const name = prepared.name.replace('holdfast_', '');
  const indexes = named(nodes.map((node) => node['Index Name']));
  const made = indexMadeFor[name] ?? null;
  const whole = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
  return {
    name,
    indexes,
    indexMissed: made === null || indexes.includes(made) ? null : made,
    tablesReadWhole: named(whole.map((node) => node['Relation Name'])),
  };
}

function named(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names)].filter((each) => each !== undefined);
}

async function planOf(client: PoolClient, { name, text }: Prepared): Promise<readonly PlanNode[]> {
  await client.query(`prepare ${name} as ${text}`);
  const parameterCount = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)));
  const nulls = Array.from({ length: parameterCount }, () => 'null').join(', ');
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
    `explain (format json) execute ${name}${nulls && `(${nulls})`}`,
  );
  return (rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => nodesOf(Plan));
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
