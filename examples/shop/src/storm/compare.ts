import type { Pool } from 'pg';
import type { Violation } from '../audit.ts';
import type { Told } from './customers.ts';

/** The lines of an order, by their states. */
interface Lines {
  readonly id: string;
  readonly customerId: string;
  readonly states: Readonly<Record<string, number>>;
}

type States = Lines['states'];

const isPaid =
  (lineCount: number) =>
  ({ paid = 0 }: States) =>
    paid === lineCount;

/** Is an order so whose customer was told this last? Of a cart a stock-taking may have taken the pieces since. */
const expected: Readonly<Record<string, (states: States) => boolean>> = {
  confirmed: isPaid(1),
  'confirmed, 2 together': isPaid(2),
  'confirmed, 3 together': isPaid(3),
  in_cart: ({ in_cart: kept = 0, timed_out: lapsed = 0, lost = 0 }) => kept + lapsed + lost === 1,
  cancelled: ({ paid = 0, cancelled = 0 }) => paid === 0 && cancelled === 1,
  returned: ({ paid = 0, returned = 0 }) => paid === 0 && returned === 1,
};

/** Refused. */
const isNothing = ({ paid = 0, returned = 0 }: States) => paid + returned === 0;

const lines = `
  select order_id as id, max(customer_id) as "customerId", jsonb_object_agg(state, count) as states
  from (
    select order_id, customer_id, state, count(*) from shop.order_lines group by 1, 2, 3
  ) l group by order_id`;

/**
 * Compares what customers were told with what is there: an order is paid whole where they were told so,
 * and else not at all.
 */
export async function compare(pool: Pool, told: readonly Told[]): Promise<readonly Violation[]> {
  const { rows } = await pool.query<Lines>(lines);
  const orderOf = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set(told.map(({ id }) => id));
  return [
    {
      rule: 'each order is as its customer was told, whole or not at all',
      isOversale: false,
      count: told.filter((each) => isWrong(each, orderOf.get(each.id))).length,
    },
    {
      rule: 'nobody has an order that they were not told of',
      isOversale: false,
      count: rows.filter(({ id }) => !ids.has(id)).length,
    },
  ];
}

function isWrong({ answer, userId }: Told, order: Lines | undefined): boolean {
  if (order !== undefined && order.customerId !== userId) return true;
  // After a fault, and where the commit stayed in doubt, nobody knows whether it was written.
  if (answer === 'unknown' || answer.startsWith('failed')) return false;
  const isAsTold = expected[answer] ?? isNothing;
  return !isAsTold(order?.states ?? {});
}
