import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@holdfast/testing';
import {
  openSales,
  type Sales,
  type SalesOptions,
  type SalesTables,
  sqlFor,
} from '@holdfast/sales';
import { Pool } from 'pg';

/** A shop as a team may have it: a schema, a word that SQL reserves, an enum, ids of two types. */
export const shop = {
  item: {
    table: 'shop.products',
    id: 'id',
    available: 'stock_quantity',
    version: 'version',
    held: 'reserved_quantity',
  },
  claim: {
    table: 'shop.order',
    id: 'id',
    item: 'product_id',
    user: 'Customer Id',
    quantity: 'quantity',
    status: {
      column: 'state',
      held: 'in_cart',
      confirmed: 'paid',
      cancelled: 'cancelled',
      expired: 'timed_out',
    },
    expiresAt: 'reserved_until',
  },
  policy: { quantityPerClaimMax: 5, activeClaimsPerUserMax: 2, holdDurationMs: 600_000 },
} satisfies SalesTables;

/** The team's own columns. What the sales need beside them, `sqlFor` prints. */
export const shopTables = `
create schema shop;
create type shop.order_state as enum ('in_cart', 'paid', 'cancelled', 'timed_out');
create table shop.products (
  id bigint primary key, name text not null default '', stock_quantity int not null,
  reserved_quantity int not null default 0
);
create table shop."order" (
  id uuid primary key, product_id bigint not null, "Customer Id" text not null, quantity int not null,
  state shop.order_state not null, reserved_until timestamptz, total_cents bigint,
  note text not null default 'none', gift boolean
);`;

/** A fresh database with that shop, ready to sell. */
export async function openShop(): Promise<{ url: string; pool: Pool }> {
  const url = await freshDatabase();
  const pool = new Pool({ connectionString: url, max: 5 });
  await pool.query(`${shopTables}${sqlFor(shop)}`);
  return { url, pool };
}

let lastItemId = 0;

/** A product with so many pieces. */
export async function stocked(pool: Pool, quantity: number): Promise<number> {
  lastItemId += 1;
  await pool.query('insert into shop.products (id, stock_quantity) values ($1, $2)', [
    lastItemId,
    quantity,
  ]);
  return lastItemId;
}

export async function sell(pool: Pool, other: Partial<SalesOptions> = {}): Promise<Sales> {
  return await openSales({ pool, ...shop, ...other });
}

export function claimBy(userId: string, itemId: number, quantity = 1) {
  return { itemId, id: randomUUID(), userId, quantity };
}

/** What a product's row says. */
export async function rowOf(pool: Pool, itemId: number) {
  const { rows } = await pool.query(
    `select stock_quantity as available, reserved_quantity as held, version
     from shop.products where id = $1`,
    [itemId],
  );
  return rows[0];
}

/** What does not add up, of a product that had so many pieces: each a sentence. */
export async function harmTo(
  pool: Pool,
  itemId: number,
  total: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ what: string }>(
    `
    with taken as (
      select coalesce(sum(quantity) filter (where state = 'paid'), 0) as sold,
        coalesce(sum(quantity) filter (where state = 'in_cart'), 0) as held
      from shop."order" where product_id = $1
    )
    select 'oversold' as what from taken where sold + held > $2
    union all select 'stock is off' from shop.products, taken
      where id = $1 and stock_quantity + sold + held <> $2
    union all select 'holds are off' from shop.products, taken
      where id = $1 and reserved_quantity <> held
    union all (
      select 'over limit' from shop."order" where product_id = $1 and state in ('in_cart', 'paid')
      group by "Customer Id" having count(*) > ${shop.policy.activeClaimsPerUserMax} limit 1
    )
    union all (
      select 'an order is there twice' from shop."order" where product_id = $1
      group by id having count(*) > 1 limit 1
    )`,
    [itemId, total],
  );
  return rows.map(({ what }) => what);
}
