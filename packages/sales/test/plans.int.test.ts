import { plannedOnce, type Sales } from '@holdfast/sales';
import { countPlanRows, explainingOptions } from '@holdfast/testing';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimBy, openShop, sell, stocked } from './shop.ts';

const groupSize = 100;
const oldClaimCount = 20_000;
/** The statements have some twenty nodes. To read all claims for each group would be 200 rows a command and more. */
const rowsPerCommandMax = 60;

let pool: Pool;
let rowsHandledBy: ReturnType<typeof countPlanRows>;

describe.each([
  { connections: 'connections as they come', options: explainingOptions },
  { connections: 'connections that plan once', options: `${explainingOptions} ${plannedOnce}` },
])('$connections', ({ options }) => {
  beforeAll(async () => {
    const { pool: plain, url } = await openShop();
    await plain.query('alter table shop."order" set (autovacuum_enabled = off)');
    await plain.end();
    // One connection: what it plans for few rows it may keep for many.
    pool = new Pool({ connectionString: url, options, max: 1 });
    rowsHandledBy = countPlanRows(pool);
  });
  afterAll(() => pool.end());

  test('what a group costs does not grow with the table, though PostgreSQL was told nothing of it', async () => {
    await using sales = await opened();
    const tiny = await stocked(pool, 1);
    await sales.book(claimBy('ann', tiny));
    await pool.query('vacuum analyze');
    // Often enough for PostgreSQL to settle for a plan, of tables of a single page.
    for (let round = 0; round < 8; round += 1) await everyKindOfGroup(sales);
    expectFew(await everyKindOfGroup(sales, await sold()));
  });

  test('nor where the item is newer than what PostgreSQL was told, and has an index of its own', async () => {
    await using sales = await opened();
    await pool.query('create index on shop."order" (product_id)');
    await sold();
    await pool.query('vacuum analyze');
    expectFew(await everyKindOfGroup(sales, await sold()));
  });

  test('negative control: a statement that reads all claims for each group would be noticed', async () => {
    const count = await rowsHandledBy(() =>
      pool.query(`select count(*) from shop."order" where quantity < 0`),
    );
    expect(count / groupSize).toBeGreaterThan(rowsPerCommandMax);
  });
});

test('statements have names only where a connection plans once and may not read a whole table', async () => {
  const { pool: plain, url } = await openShop();
  await plain.end();
  const named = async (options: string) => {
    const own = new Pool({ connectionString: url, options, max: 1 });
    const sales = await sell(own);
    await sales.book(claimBy('ann', await stocked(own, 1)));
    await sales.close();
    const { rows } = await own.query(
      `select name from pg_prepared_statements where name like 'holdfast_sales_%'`,
    );
    await own.end();
    return rows.length;
  };
  expect(await named('')).toBe(0);
  expect(await named('-c plan_cache_mode=force_generic_plan')).toBe(0);
  expect(await named(plannedOnce)).toBe(2);
});

async function opened() {
  const sales = await sell(pool);
  return { ...sales, [Symbol.asyncDispose]: () => sales.close() };
}

/** An item that many have bought, behind the back of the sales. */
async function sold(): Promise<number> {
  const item = await stocked(pool, oldClaimCount);
  await pool.query(
    `insert into shop."order" (id, product_id, "Customer Id", ordinal, quantity, state)
     select gen_random_uuid(), $1, 'old ' || n, 1, 1, 'paid' from generate_series(1, $2) n`,
    [item, oldClaimCount],
  );
  return item;
}

/** Rows that PostgreSQL handles for a command, by the kind of group. */
async function everyKindOfGroup(sales: Sales, itemId?: number) {
  const item = itemId ?? (await stocked(pool, 10 * groupSize));
  const claims = Array.from({ length: groupSize }, (_, n) => claimBy(`user ${n}`, item));
  const give = async (act: 'book' | 'reserve' | 'confirm' | 'cancel', of = claims) => {
    const count = await rowsHandledBy(async () => {
      const ends = await Promise.all(of.map((claim) => sales[act](claim)));
      expect(new Set(ends.map(({ status }) => status)).has('refused')).toBe(false);
    });
    return count / of.length;
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

function expectFew(counts: Readonly<Record<string, number>>): void {
  for (const [kind, count] of Object.entries(counts)) {
    expect(count, `${kind}, rows a command`).toBeGreaterThan(1);
    expect(count, `${kind}, rows a command`).toBeLessThan(rowsPerCommandMax);
  }
}
