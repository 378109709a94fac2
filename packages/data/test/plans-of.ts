import type { Database } from '@holdfast/data';

/** A plan as it ran. */
export interface Plan {
  readonly text: string;
  /** Pages of tables and indexes that were looked at. */
  readonly bufferCount: number;
}

/** How PostgreSQL plans a prepared statement: for these values, or once for all. */
const planCacheModes = ['force_custom_plan', 'force_generic_plan'] as const;

/** Runs this, and gives both plans of every statement that PostgreSQL saw meanwhile. */
export async function plansOf(database: Database, run: () => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const { text, values } of await statementsDuring(database, run)) {
    for (const mode of planCacheModes) plans.push(await explain(database, { text, values, mode }));
  }
  return plans;
}

interface Seen {
  readonly text: string;
  readonly values: (string | number | boolean | null)[];
}

async function statementsDuring({ pool }: Database, run: () => Promise<unknown>): Promise<Seen[]> {
  const query = pool.query.bind(pool);
  const seen: Seen[] = [];
  Object.assign(pool, {
    query: (config: Seen) => {
      seen.push(config);
      return query(config);
    },
  });
  await run();
  Object.assign(pool, { query });
  return seen;
}

async function explain(
  { pool }: Database,
  { text, values, mode }: Seen & { readonly mode: string },
): Promise<Plan> {
  const client = await pool.connect();
  const given = values.map((value) =>
    value === null ? 'null' : client.escapeLiteral(String(value)),
  );
  await client.query(`set plan_cache_mode = ${mode}`);
  await client.query(`prepare explained as ${text}`);
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers) execute explained (${given.join(', ')})`,
  );
  client.release(true);
  const lines = rows.map((row) => row['QUERY PLAN']);
  return { text: lines.join('\n'), bufferCount: bufferCountOf(lines) };
}

/** Of the whole plan: its first node counts what those below it count. */
function bufferCountOf(lines: readonly string[]): number {
  const line = lines.find((each) => each.includes('Buffers: shared')) ?? '';
  const counts = [...line.matchAll(/(?:hit|read)=(\d+)/g)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}
