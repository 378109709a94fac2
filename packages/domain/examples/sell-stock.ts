// Sells pieces out of tables of your own, by Holdfast's rules. A test runs it as it stands:
// packages/domain/test/adaptations.int.test.ts.
import type { Booking } from '@holdfast/domain';
import {
  decideStock,
  type Product,
  type Shop,
  type ShopPolicy,
  type StockCommand,
  type StockDecision,
  type StockWrite,
} from '@holdfast/domain/stock';
import type { Pool, PoolClient } from 'pg';

/** What the rules need of your tables. Both unique indexes are part of the guard. */
export const tables = `
create table products (
  id text primary key, name text not null, released_at timestamptz(3) not null,
  stock_quantity int not null, reserved_quantity int not null, sold_quantity int not null,
  version int not null
);
create table orders (
  product_id text not null, id text not null, customer_id text not null, ordinal int not null,
  quantity int not null, status text not null, moved_from text, expires_at timestamptz(3),
  changed_at timestamptz(3) not null default now(),
  primary key (product_id, id)
);
create unique index on orders (product_id, customer_id, ordinal)
  where status in ('held', 'confirmed');
`;

/** How often a command that others were faster than is decided, at most. */
const attemptCountMax = 20;

/** What is sold, and how. */
export interface Offer {
  readonly productId: string;
  readonly policy: ShopPolicy;
}

/** What becomes of a command about an order of this product. It is written when this answers. */
export async function sell(
  pool: Pool,
  offer: Offer,
  command: StockCommand,
): Promise<StockDecision> {
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    const { shop, now } = await read(pool, offer, command);
    const decision = decideStock(shop, command, now);
    if (decision.status === 'refused' || decision.write === null) return decision;
    if (await isWritten(pool, offer.productId, decision.write)) return decision;
  }
  throw new Error(`Others were faster ${attemptCountMax} times. Try again later.`);
}

/** One transaction. `false`: a guard failed, nothing is written, and it has to be decided again. */
async function isWritten(pool: Pool, productId: string, write: StockWrite): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await writeStock(writerOf(client), productId, write);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback');
    if (error instanceof GuardFailed || isKeyTaken(error)) return false;
    throw error;
  } finally {
    client.release();
  }
}

// In one transaction, the product first. Read and decide again where `one` finds no such row, or a key
// is taken: the order's id, or its customer's ordinal, which bounds customers however they race, in
// create unique index on orders (product_id, customer_id, ordinal) where status in ('held', 'confirmed')
const changeProduct = `
  update products set version = version + 1, stock_quantity = stock_quantity + $2,
    reserved_quantity = reserved_quantity + $3, sold_quantity = sold_quantity + $4
  where id = $1 and stock_quantity >= $5`;
const moveOrder = `
  update orders set status = $3, moved_from = status, changed_at = now()
  where product_id = $1 and id = $2 and status = $4`;
const insertOrder = `
  insert into orders (product_id, id, customer_id, ordinal, quantity, status, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7)`;
async function writeStock(one: WriteOne, productId: string, write: StockWrite): Promise<void> {
  const { stockQuantityChange, reservedQuantityChange, soldQuantityChange } = write;
  const changes = [stockQuantityChange, reservedQuantityChange, soldQuantityChange];
  await one(changeProduct, [productId, ...changes, write.stockQuantityMin]);
  for (const { order, seenStatus } of write.movedOrders) {
    await one(moveOrder, [productId, order.id, order.status, seenStatus]);
  }
  for (const order of write.newOrders) {
    const { id, userId, ordinal, quantity, status } = order;
    const expiresAt = order.status === 'held' ? new Date(order.expiresAt) : null;
    await one(insertOrder, [productId, id, userId, ordinal, quantity, status, expiresAt]);
  }
}

type WriteOne = (sql: string, values: readonly unknown[]) => Promise<void>;

class GuardFailed extends Error {}

/** Writes exactly one row, or fails. */
function writerOf(client: PoolClient): WriteOne {
  return async (sql, values) => {
    const { rowCount } = await client.query(sql, [...values]);
    if (rowCount !== 1) throw new GuardFailed();
  };
}

function isKeyTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/**
 * The product, the order that is named, its customer's others that are held or confirmed, and as many
 * carts that ran out as an order may have pieces: all of one moment, and what time it then was.
 */
async function read(
  pool: Pool,
  { productId, policy }: Offer,
  command: StockCommand,
): Promise<{ readonly shop: Shop; readonly now: number }> {
  const { rows } = await pool.query<ProductRow & (OrderRow | NoOrderRow)>(
    `select p.*, o.*, statement_timestamp() as now
     from products p left join lateral (
       select id as order_id, customer_id, ordinal, quantity, status, moved_from, expires_at, changed_at
       from orders where product_id = p.id and (id = $2
         or customer_id = $3 and status in ('held', 'confirmed')
         or id in (select id from orders
           where product_id = p.id and status = 'held' and expires_at <= statement_timestamp()
           order by expires_at limit $4))
     ) o on true
     where p.id = $1`,
    [productId, command.orderId, command.customerId, policy.quantityPerOrderMax],
  );
  const [first] = rows;
  if (first === undefined) throw new Error(`There is no product ${productId}.`);
  const orders = rows.flatMap((row) => (row.order_id === null ? [] : [orderOf(row)]));
  return { shop: { product: productOf(first), orders, policy }, now: first.now.getTime() };
}

function productOf(row: ProductRow): Product {
  return {
    id: row.id,
    name: row.name,
    releasedAt: row.released_at.getTime(),
    stockQuantity: row.stock_quantity,
    reservedQuantity: row.reserved_quantity,
    soldQuantity: row.sold_quantity,
    version: row.version,
  };
}

interface ProductRow {
  readonly id: string;
  readonly name: string;
  readonly released_at: Date;
  readonly stock_quantity: number;
  readonly reserved_quantity: number;
  readonly sold_quantity: number;
  readonly version: number;
  readonly now: Date;
}

/** What the join gives where the product has no such order. */
interface NoOrderRow {
  readonly order_id: null;
}

interface OrderRow {
  readonly order_id: string;
  readonly customer_id: string;
  readonly ordinal: number;
  readonly quantity: number;
  readonly status: Booking['status'];
  /** The status that it had before this one. */
  readonly moved_from: 'held' | 'confirmed';
  /** Only carts have one, and keep it. */
  readonly expires_at: Date;
  readonly changed_at: Date;
}

function orderOf(row: OrderRow): Booking {
  const { order_id: id, customer_id: userId, ordinal, quantity } = row;
  const facts = { id, userId, ordinal, quantity };
  const at = row.changed_at.getTime();
  switch (row.status) {
    case 'held':
      return { ...facts, status: 'held', expiresAt: row.expires_at.getTime() };
    case 'confirmed':
      return { ...facts, status: 'confirmed', confirmedAt: at };
    case 'cancelled':
      return {
        ...facts,
        status: 'cancelled',
        cancelledAt: at,
        from: row.moved_from,
        cancelledBy: 'user',
      };
    case 'expired':
      return { ...facts, status: 'expired', expiredAt: row.expires_at.getTime() };
  }
}
