import type { Pool } from 'pg';
import { checkWhole } from './check-input.ts';

/** Puts a product into the catalogue. It has no pieces yet: `restock` brings them. */
export async function createProduct(
  pool: Pool,
  { name, priceCents }: { readonly name: string; readonly priceCents: number },
): Promise<number> {
  checkWhole('priceCents', priceCents, 0);
  const { rows } = await pool.query<{ id: number }>(
    'insert into shop.products (name, price_cents) values ($1, $2) returning id',
    [name, priceCents],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL answered an insert with no row.');
  return row.id;
}
