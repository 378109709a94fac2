import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimBy, openShop, sell, stocked } from './shop.ts';

/** What counts of a plan as it ran, as PostgreSQL tells it. Each node tells of one loop. */
interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

function rowsHandled(node: PlanNode): number {
  const once =
    node['Actual Rows'] +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0);
  const below = (node.Plans ?? []).map(rowsHandled);
  return below.reduce((sum, count) => sum + count, once * node['Actual Loops']);
}

/** PostgreSQL tells the client of every plan that it has run. */
const explaining = [
  'session_preload_libraries=auto_explain',
  'auto_explain.log_min_duration=0',
  'auto_explain.log_analyze=on',
  'auto_explain.log_timing=off',
  'auto_explain.log_format=json',
  'client_min_messages=log',
];

const groupSize = 100;
const oldClaimCount = 20_000;
/** The statements have some twenty nodes. To read all claims for each group would be 200 rows a command and more. */
const rowsPerCommandMax = 60;

let pool: Pool;
let handled = 0;
beforeAll(async () => {
  const { pool: plain, url } = await openShop();
  await plain.query('alter table shop."order" set (autovacuum_enabled = off)');
  await plain.end();
  const options = explaining.map((option) => `-c ${option}`).join(' ');
  // One connection: what it plans for few rows it may keep for many.
  pool = new Pool({ connectionString: url, options, max: 1 });
  pool.on('connect', (client) =>
    client.on('notice', ({ message = '' }) => {
      const [, json] = /plan:\n(\{[\s\S]*\})$/.exec(message) ?? [];
      if (json !== undefined) handled += rowsHandled((JSON.parse(json) as { Plan: PlanNode }).Plan);
    }),
  );
});
afterAll(() => pool.end());

test('what a group costs does not grow with the table, though PostgreSQL was told nothing of it', async () => {
  const sales = await sell(pool);
  const tiny = await stocked(pool, 1);
  await sales.book(claimBy('ann', tiny));
  await pool.query('vacuum analyze');
  // Often enough for PostgreSQL to settle for a plan, of tables of a single page.
  for (let round = 0; round < 8; round += 1) await everyKindOfGroup();
  const old = await stocked(pool, oldClaimCount);
  await pool.query(
    `insert into shop."order" (id, product_id, "Customer Id", ordinal, quantity, state)
     select gen_random_uuid(), $1, 'old ' || n, 1, 1, 'paid' from generate_series(1, $2) n`,
    [old, oldClaimCount],
  );
  const counts = await everyKindOfGroup(old);
  for (const [kind, count] of Object.entries(counts)) {
    expect(count, `${kind}, rows a command`).toBeGreaterThan(1);
    expect(count, `${kind}, rows a command`).toBeLessThan(rowsPerCommandMax);
  }
  await sales.close();

  async function everyKindOfGroup(itemId?: number) {
    const item = itemId ?? (await stocked(pool, 10 * groupSize));
    const claims = Array.from({ length: groupSize }, (_, n) => claimBy(`user ${n}`, item));
    const give = async (act: 'book' | 'reserve' | 'confirm' | 'cancel', of = claims) => {
      handled = 0;
      const ends = await Promise.all(of.map((claim) => sales[act](claim)));
      expect(new Set(ends.map(({ status }) => status)).has('refused')).toBe(false);
      return handled / of.length;
    };
    const held = await give('reserve');
    const confirmed = await give('confirm');
    const cancelled = await give('cancel');
    const booked = await give(
      'book',
      claims.map(({ userId }) => claimBy(userId, item)),
    );
    return { held, confirmed, cancelled, booked };
  }
});
