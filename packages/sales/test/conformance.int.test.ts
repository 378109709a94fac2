import { testConformance, type SaleGrounds, type Seller } from '@holdfast/testing/conformance';
import { plannedOnce } from '@holdfast/sales';
import { Pool } from 'pg';
import { harmTo, openShop, sell, shop, stocked } from './shop.ts';

/** As a pool for sales alone may be; all other tests of sales have connections as they come. */
const options = plannedOnce;
const policy = { ...shop.policy, activeClaimsPerUserMax: 1 };

async function openSeller(url: string): Promise<Seller> {
  const patience = { connectionTimeoutMillis: 5_000 };
  const pool = new Pool({ connectionString: url, max: 3, options, ...patience });
  pool.on('error', () => {});
  const sales = await sell(pool, { policy });
  return {
    async give(act, asked) {
      const outcome = await sales[act](asked);
      return outcome.status === 'refused' ? outcome.reason : outcome.status;
    },
    async close() {
      await sales.close();
      await pool.end();
    },
  };
}

async function openGrounds(): Promise<SaleGrounds> {
  const { url, pool } = await openShop();
  pool.on('error', () => {});
  return {
    url,
    pool,
    writeMark: 'holdfast_sales_write',
    openSeller,
    stock: async (quantity) => String(await stocked(pool, quantity)),
    takenOf: async (itemId) => {
      const { rows } = await pool.query<{ taken: number }>(
        `select coalesce(sum(quantity), 0)::int as taken from shop."order"
         where product_id = $1 and state in ('in_cart', 'paid')`,
        [itemId],
      );
      return rows[0]?.taken ?? 0;
    },
    harmTo: async (itemId, total) => await harmTo(pool, Number(itemId), total),
    lapse: async (itemId) => {
      await pool.query(
        `update shop."order" set reserved_until = now() where product_id = $1 and state = 'in_cart'`,
        [itemId],
      );
    },
    close: async () => await pool.end(),
  };
}

testConformance("a team's own tables", openGrounds);
