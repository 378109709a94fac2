import type { PoolClient } from 'pg';

/** Pieces that came or went, other than by a sale. */
export interface Movement {
  readonly id: string;
  readonly productId: number;
  readonly kind: 'delivered' | 'counted' | 'damaged';
  readonly askedQuantity: number;
  readonly quantity: number;
}

/** Has it been written before? `different`: something else was, under its id. */
export async function seenBefore(
  client: PoolClient,
  { id, productId, kind, askedQuantity }: Omit<Movement, 'quantity'>,
): Promise<'no' | 'same' | 'different'> {
  const { rows } = await client.query<{ isSame: boolean }>(
    `select product_id = $2 and kind = $3 and asked_quantity = $4 as "isSame"
     from shop.stock_movements where id = $1`,
    [id, productId, kind, askedQuantity],
  );
  const [row] = rows;
  if (row === undefined) return 'no';
  return row.isSame ? 'same' : 'different';
}

export async function writeMovement(client: PoolClient, movement: Movement): Promise<void> {
  const { id, productId, kind, askedQuantity, quantity } = movement;
  await client.query(
    `insert into shop.stock_movements (id, product_id, kind, asked_quantity, quantity)
     values ($1, $2, $3, $4, $5)`,
    [id, productId, kind, askedQuantity, quantity],
  );
}

const change = `
  update shop.products
  set stock_quantity = stock_quantity + $2, reserved_quantity = reserved_quantity + $3, version = version + 1
  where id = $1`;

/** Adds to the counters. Each change raises the version, as those of sales do. */
export async function changeCounters(
  client: PoolClient,
  productId: number,
  {
    stockChange,
    reservedChange,
  }: { readonly stockChange: number; readonly reservedChange: number },
): Promise<void> {
  await client.query(change, [productId, stockChange, reservedChange]);
}
