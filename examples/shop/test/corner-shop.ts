import { randomUUID } from 'node:crypto';
import {
  type AskedLine,
  audit,
  createProduct,
  migrate,
  openShop,
  restock,
} from '@holdfast/example-shop';
import { freshDatabase } from '@holdfast/testing';
import { Pool } from 'pg';

/** A database with the shop's tables, and none of its rows. */
export async function openDatabase(): Promise<{ readonly url: string; readonly pool: Pool }> {
  const url = await freshDatabase();
  await migrate(url);
  return { url, pool: new Pool({ connectionString: url, max: 5 }) };
}

/** A product of which so many pieces came. */
export async function stocked(pool: Pool, quantity: number): Promise<number> {
  const productId = await createProduct(pool, { name: randomUUID(), priceCents: 4_200 });
  await restock(pool, { id: randomUUID(), productId, quantity });
  return productId;
}

export function asked(productId: number, quantity = 1) {
  return { id: randomUUID(), productId, quantity };
}

/** Some lines in an order of their own. */
export function order(customerId: string, ...lines: readonly AskedLine[]) {
  return { orderId: randomUUID(), customerId, lines };
}

/** One line for a cart. */
export function cartLine(customerId: string, productId: number, quantity = 1) {
  return { orderId: randomUUID(), customerId, ...asked(productId, quantity) };
}

/** The rules that are broken, by name. */
export async function brokenRules(pool: Pool): Promise<readonly string[]> {
  return (await audit(pool)).filter(({ count }) => count > 0).map(({ rule }) => rule);
}

/** What may be sold of a product, and what is in carts, as the counters say. */
export async function countersOf(pool: Pool, productId: number) {
  const { rows } = await pool.query(
    'select stock_quantity as stock, reserved_quantity as reserved from shop.products where id = $1',
    [productId],
  );
  return rows[0] as { readonly stock: number; readonly reserved: number };
}

/** The same shop twice, each on connections of its own, as two processes have it. */
export async function openTwice(pool: Pool, url: string) {
  const otherPool = new Pool({ connectionString: url, max: 5 });
  const shops = [await openShop({ pool }), await openShop({ pool: otherPool })] as const;
  return {
    /** Which of the two a customer comes to. */
    at: (place: number) => shops[place % 3 === 0 ? 1 : 0],
    close: async () => {
      await Promise.all(shops.map((shop) => shop.close()));
      await otherPool.end();
    },
  };
}
