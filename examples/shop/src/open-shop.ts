import { InvalidInput, openSales } from '@holdfast/sales';
import type { Pool } from 'pg';
import { checkUuid, checkWhole } from './check-input.ts';
import { salesTables } from './sales-tables.ts';
import { cancel, checkOut, purchase, putInCart, type Shop } from './selling/sell.ts';
import type {
  AskedCartLine,
  AskedLine,
  AskedOrder,
  LineOutcome,
  NamedLine,
  OrderOutcome,
} from './selling/words.ts';

export interface ShopOptions {
  readonly pool: Pool;
  /** How long pieces stay in a cart. Default ten minutes. */
  readonly holdDurationMs?: number;
}

/**
 * What customers do. Refusals are data. Thrown are InvalidInput, which names the field, and what sales
 * throw: Overloaded, Draining, CommitContended, DatabaseUnavailable.
 */
export interface OpenShop {
  /** Keeps pieces while the customer looks around. `checkOut` pays for them. */
  putInCart(asked: AskedCartLine): Promise<LineOutcome>;
  /** Pays for lines that are in the cart, all of them or none. */
  checkOut(asked: {
    readonly customerId: string;
    readonly ids: readonly string[];
  }): Promise<OrderOutcome>;
  /** Buys at once, all lines or none. Lines that are in the cart under their ids are paid for. */
  purchase(asked: AskedOrder): Promise<OrderOutcome>;
  /** Gives back what is in the cart, or paid and not yet sent. */
  cancel(named: NamedLine): Promise<LineOutcome>;
  /** Writes down which carts have lapsed. Call it every few seconds. */
  expire(): Promise<{ readonly expiredCount: number }>;
  close(): Promise<void>;
}

const lapsedCountMax = 500;

/**
 * Opens a shop that sells each piece once, however many customers come, to however many processes.
 *
 * @throws TablesUnfit where the tables lack something that a guarantee rests on.
 * @example
 * const shop = await openShop({ pool });
 * const order = await shop.purchase({
 *   orderId: crypto.randomUUID(), customerId: 'ann', lines: [{ id: crypto.randomUUID(), productId: 7, quantity: 2 }],
 * });
 */
export async function openShop({
  pool,
  holdDurationMs = salesTables.policy.holdDurationMs,
}: ShopOptions): Promise<OpenShop> {
  const policy = { ...salesTables.policy, holdDurationMs };
  const sales = await openSales({ pool, ...salesTables, policy });
  const shop: Shop = { pool, sales };
  return {
    putInCart: async (asked) => await putInCart(shop, checkedCartLine(asked)),
    checkOut: async (asked) => await checkOut(shop, checkedIds(asked)),
    purchase: async (asked) => await purchase(shop, checkedOrder(asked)),
    cancel: async (named) => await cancel(shop, checkedLine(named)),
    expire: async () => await sales.expire({ claimCountMax: lapsedCountMax }),
    close: async () => await sales.close(),
  };
}

function checkedCartLine(asked: AskedCartLine): AskedCartLine {
  checkUuid('orderId', asked.orderId);
  checkAsked('', asked);
  return asked;
}

function checkedIds<T extends { readonly ids: readonly string[] }>(asked: T): T {
  if (asked.ids.length === 0) throw new InvalidInput('ids', 'is empty: name at least one line.');
  for (const [place, id] of asked.ids.entries()) checkUuid(`ids[${place}]`, id);
  return asked;
}

function checkedOrder(asked: AskedOrder): AskedOrder {
  checkUuid('orderId', asked.orderId);
  for (const [place, line] of asked.lines.entries()) checkAsked(`lines[${place}].`, line);
  return asked;
}

/** The rest is checked by the sales. */
function checkAsked(path: string, { id, productId }: AskedLine): void {
  checkUuid(`${path}id`, id);
  checkWhole(`${path}productId`, productId, 1);
}

function checkedLine(named: NamedLine): NamedLine {
  checkUuid('id', named.id);
  return named;
}
