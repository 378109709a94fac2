import type { Pool, PoolClient } from 'pg';
import { salesTables } from './sales-tables.ts';

/** A rule, and how many rows break it. */
export interface Violation {
  readonly rule: string;
  readonly count: number;
  /** More was sold than there is. */
  readonly isOversale: boolean;
}

interface Rule {
  readonly rule: string;
  /** Finds what breaks it. */
  readonly sql: string;
  readonly isOversale?: true;
}

/** Of each product what came, what is in carts and what was sold, counted from the rows. */
const counted = `
  select p.id, p.stock_quantity, p.reserved_quantity,
    (select coalesce(sum(m.quantity), 0) from shop.stock_movements m where m.product_id = p.id) as came,
    coalesce(sum(l.quantity) filter (where l.state = 'in_cart'), 0) as in_carts,
    coalesce(sum(l.quantity) filter (where l.state = 'paid'), 0) as sold
  from shop.products p left join shop.order_lines l on l.product_id = p.id
  group by p.id`;

const rules: readonly Rule[] = [
  {
    rule: 'no product has more pieces sold and in carts than came',
    isOversale: true,
    sql: `select from (${counted}) p where in_carts + sold > came`,
  },
  {
    rule: 'what came is in stock, in carts or sold',
    sql: `select from (${counted}) p where stock_quantity + in_carts + sold <> came`,
  },
  {
    rule: 'reserved is what carts have',
    sql: `select from (${counted}) p where reserved_quantity <> in_carts`,
  },
  {
    rule: 'no customer has more orders of a product than one may have',
    sql: `
      select from shop.order_lines where state in ('in_cart', 'paid')
      group by product_id, customer_id having count(*) > ${salesTables.policy.activeClaimsPerUserMax}`,
  },
  {
    rule: 'what came back damaged is written off, and nothing else is',
    sql: `
      select from (select * from shop.order_lines where state = 'returned' and not is_restocked) l
      full join (select * from shop.stock_movements where kind = 'damaged') m on m.id = l.id
      where l.id is null or m.id is null or m.quantity <> -l.quantity or m.product_id <> l.product_id`,
  },
  {
    rule: 'what was lost was missing in a stock-taking',
    sql: `
      select from shop.order_lines l left join shop.stock_movements m on m.id = l.lost_in
      where l.state = 'lost' and (m.kind = 'counted' and m.quantity < 0 and m.product_id = l.product_id) is not true`,
  },
];

/** An index that has lost rows hides from whoever reads by it just what it failed to stop. */
const withoutIndexes = ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'].map(
  (setting) => `set local ${setting} = off`,
);

/**
 * Recounts everything from the rows, in one snapshot, also while customers buy.
 *
 * @returns every rule, with how many rows break it
 * @example const broken = (await audit(pool)).filter(({ count }) => count > 0)
 */
export async function audit(pool: Pool): Promise<readonly Violation[]> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    return await auditWithin(client);
  } finally {
    // The transaction ends with its connection, whatever state that is in.
    client.release(true);
  }
}

/** The same, within a transaction that is open. */
export async function auditWithin(client: PoolClient): Promise<readonly Violation[]> {
  await client.query(withoutIndexes.join('; '));
  const counts = rules.map(
    ({ sql }, place) => `select ${place} as place, count(*)::int as count from (${sql}) broken`,
  );
  const { rows } = await client.query<{ place: number; count: number }>(counts.join(' union all '));
  return rules.map(({ rule, isOversale = false }, place) => ({
    rule,
    isOversale,
    count: rows.find((row) => row.place === place)?.count ?? 0,
  }));
}
