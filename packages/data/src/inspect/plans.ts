import type { QueryConfig } from 'pg';
import type { Database } from '../connection/database.ts';

/** A plan as it ran. */
export interface Plan {
  readonly mode: (typeof planCacheModes)[number];
  readonly text: string;
  /** Pages of tables and indexes that were looked at. */
  readonly bufferCount: number;
}

/** How PostgreSQL plans a prepared statement: for these values, or once for all. */
const planCacheModes = ['force_custom_plan', 'force_generic_plan'] as const;

/**
 * Runs `read` on a database that notes its statements, and gives both plans of each, by EXPLAIN ANALYZE. Only
 * for what reads: each statement is run three times.
 *
 * @example const [plan] = await plansOf(database, (noted) => findEventNow(noted, eventId))
 */
export async function plansOf(
  database: Database,
  read: (noted: Database) => Promise<unknown>,
): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  for (const statement of await statementsOf(database, read)) {
    for (const mode of planCacheModes) plans.push(await explain(database, statement, mode));
  }
  return plans;
}

async function statementsOf(
  database: Database,
  read: (noted: Database) => Promise<unknown>,
): Promise<readonly QueryConfig[]> {
  const seen: QueryConfig[] = [];
  const query = (config: QueryConfig) => {
    seen.push(config);
    return database.pool.query(config);
  };
  const pool = new Proxy(database.pool, {
    get: (target, name): unknown => (name === 'query' ? query : Reflect.get(target, name)),
  });
  await read({ ...database, pool });
  return seen;
}

async function explain(
  { pool }: Database,
  { text, values = [] }: QueryConfig,
  mode: (typeof planCacheModes)[number],
): Promise<Plan> {
  const client = await pool.connect();
  try {
    const given = values.map((value) =>
      value === null ? 'null' : client.escapeLiteral(String(value)),
    );
    await client.query(`set plan_cache_mode = ${mode}`);
    await client.query(`prepare explained as ${text}`);
    const list = given.length === 0 ? '' : `(${given.join(', ')})`;
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers) execute explained${list}`,
    );
    const lines = rows.map((row) => row['QUERY PLAN']);
    return { mode, text: lines.join('\n'), bufferCount: bufferCountOf(lines) };
  } finally {
    client.release(true);
  }
}

/** Of the whole plan: its first node counts what those below it count. */
function bufferCountOf(lines: readonly string[]): number {
  const line = lines.find((each) => each.includes('Buffers: shared')) ?? '';
  const counts = [...line.matchAll(/(?:hit|read)=(\d+)/g)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}
