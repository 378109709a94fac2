import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { audit as auditRows } from '../audit.ts';
import { createProduct } from '../create-product.ts';
import { openShop } from '../open-shop.ts';
import { migrate as migrateTables } from '../schema/orm.ts';
import { restock } from '../stock/restock.ts';
import { takeStock } from '../stock/take-stock.ts';
import { compare } from './compare.ts';
import { type Random, type Told, visitShop } from './customers.ts';

/*
 * What `pnpm example shop` runs: a few products, and far more customers than there are pieces.
 */

const productCount = 6;
const firstDelivery = 50;

/** So many pieces of each product come to each process while its customers buy. */
const laterDelivery = 10;

/** A cart that is left frees its pieces while the storm is on. */
const holdDurationMs = 1_000;

const poolSizeMax = 10;

/** One process' share of the customers. */
interface Share {
  /** The first one's number: no other process has a customer of that number. */
  readonly userMin: number;
  readonly userCount: number;
  readonly random: Random;
}

/** Makes the tables, and some products with pieces. */
export async function migrate(url: string): Promise<void> {
  await migrateTables(url);
  await usePool(url, async (pool) => {
    for (let place = 1; place <= productCount; place += 1) {
      const productId = await createProduct(pool, { name: `Crate ${place}`, priceCents: 4_200 });
      await restock(pool, { id: randomUUID(), productId, quantity: firstDelivery });
    }
  });
}

/** Lets customers loose, all in the same instant, while staff works, and says what each was told. */
export async function storm(url: string, share: Share): Promise<readonly Told[]> {
  return await usePool(url, async (pool) => {
    const shop = await openShop({ pool, holdDurationMs });
    const productIds = await productIdsOf(pool);
    const customers = Array.from({ length: share.userCount }, (_, place) => {
      const customerId = `customer ${share.userMin + place}`;
      return visitShop({ shop, pool }, { customerId, productIds, random: share.random });
    });
    const [told] = await Promise.all([Promise.all(customers), work(pool, productIds)]);
    await shop.close();
    return told;
  });
}

/** Recounts everything from the rows, and compares what is there with what customers were told. */
export async function audit(url: string, told: readonly Told[]) {
  return await usePool(url, async (pool) => [
    ...(await auditRows(pool)),
    ...(await compare(pool, told)),
  ]);
}

/**
 * What staff does meanwhile: pieces of each product come, and are counted. Of the last product half of what
 * carts have is missing.
 */
async function work(pool: Pool, productIds: readonly number[]): Promise<void> {
  for (const productId of productIds) {
    await restock(pool, { id: randomUUID(), productId, quantity: laterDelivery });
    const { onShelf, inCarts } = await read(pool, productId);
    const isLast = productId === productIds.at(-1);
    const countedQuantity = isLast ? Math.floor(inCarts / 2) : Math.max(onShelf - 1, 0);
    await takeStock(pool, { id: randomUUID(), productId, countedQuantity, isForced: true });
  }
}

async function read(pool: Pool, productId: number) {
  const { rows } = await pool.query<{ onShelf: number; inCarts: number }>(
    `select stock_quantity + reserved_quantity as "onShelf", reserved_quantity as "inCarts"
     from shop.products where id = $1`,
    [productId],
  );
  return rows[0] ?? { onShelf: 0, inCarts: 0 };
}

async function productIdsOf(pool: Pool): Promise<readonly number[]> {
  const { rows } = await pool.query<{ id: number }>('select id from shop.products order by id');
  return rows.map(({ id }) => id);
}

async function usePool<T>(url: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString: url, max: poolSizeMax });
  // A connection that is lost while nobody uses it says so here, and the next one is made when it is needed.
  pool.on('error', () => {});
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}
