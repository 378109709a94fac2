import type { Pool, PoolClient } from 'pg';

/** The counters of a product. */
export interface Counters {
  /** Pieces that may be sold. */
  readonly stockQuantity: number;
  /** Pieces in carts. */
  readonly reservedQuantity: number;
}

const lock = `
  select stock_quantity as "stockQuantity", reserved_quantity as "reservedQuantity"
  from shop.products where id = $1 for no key update`;

/**
 * Does some work in one transaction, which holds the product's row from its beginning. Sales write that row
 * first as well, so whoever comes second sees what the first has left, and nobody waits in a ring.
 *
 * @returns what the work returns; `null`: there is no such product
 */
export async function onProduct<T>(
  pool: Pool,
  productId: number,
  work: (client: PoolClient, counters: Counters) => Promise<T>,
): Promise<T | null> {
  const client = await pool.connect();
  let isDone = false;
  // A client that is checked out says `error` itself when its connection is lost; the query says it, too.
  const onError = () => {};
  client.on('error', onError);
  try {
    await client.query('begin');
    const { rows } = await client.query<Counters>(lock, [productId]);
    const [counters] = rows;
    const result = counters === undefined ? null : await work(client, counters);
    await client.query('commit');
    isDone = true;
    return result;
  } finally {
    client.off('error', onError);
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}
