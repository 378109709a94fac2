import type { Pool, PoolClient } from 'pg';
import { checkUuid, checkWhole } from '../check-input.ts';
import { refuse } from '../selling/refusals.ts';
import type { ShopRefusal } from '../selling/words.ts';
import {
  type Cart,
  type Count,
  decideStockTaking,
  type StockTakingDecision,
} from './decide-stock-taking.ts';
import { changeCounters, seenBefore, writeMovement } from './movements.ts';
import { type Counters, onProduct } from './on-product.ts';

/** What was counted. */
export interface StockTaking extends Omit<Count, 'isForced'> {
  /** A UUID, made once: a retry with the same one has one effect. */
  readonly id: string;
  readonly productId: number;
  /** Take from carts, where they have more than was counted. Default: refuse. */
  readonly isForced?: boolean;
}

/** Pieces that a customer had in a cart. */
export type LostLine = Pick<Cart, 'id' | 'orderId' | 'customerId' | 'quantity'>;

/** `lost`: who lost what. It is empty unless forced. */
export type StockTakingOutcome =
  | { readonly status: 'set'; readonly lost: readonly LostLine[] }
  | {
      readonly status: 'refused';
      readonly reason: 'below_reserved';
      readonly message: string;
      /** Pieces in carts. */
      readonly reservedQuantity: number;
      /** Who would lose what, if it were forced now. */
      readonly wouldLose: readonly LostLine[];
    }
  | ShopRefusal;

/**
 * Sets the stock to what was counted: pieces that may be sold and pieces in carts, together. What is paid
 * has left the shelf.
 *
 * Refuses: below_reserved (carts have more than was counted; nothing is written), product_not_found, id_taken.
 *
 * @throws InvalidInput, and what PostgreSQL says: repeat it then with the same id.
 * @example
 * const outcome = await takeStock(pool, { id: crypto.randomUUID(), productId: 7, countedQuantity: 2 });
 * // { status: 'refused', reason: 'below_reserved', reservedQuantity: 5, wouldLose: [{ customerId: 'bob', … }], … }
 */
export async function takeStock(
  pool: Pool,
  { isForced = false, ...taking }: StockTaking,
): Promise<StockTakingOutcome> {
  checkUuid('id', taking.id);
  checkWhole('productId', taking.productId, 1);
  checkWhole('countedQuantity', taking.countedQuantity, 0);
  const outcome = await onProduct(
    pool,
    taking.productId,
    async (client, counters) => await attempt(client, counters, { ...taking, isForced }),
  );
  return outcome ?? refuse('product_not_found');
}

async function attempt(
  client: PoolClient,
  counters: Counters,
  taking: Required<StockTaking>,
): Promise<StockTakingOutcome> {
  const { id, productId, countedQuantity } = taking;
  const asked = { id, productId, kind: 'counted', askedQuantity: countedQuantity } as const;
  const seen = await seenBefore(client, asked);
  if (seen === 'different') return refuse('id_taken');
  if (seen === 'no') {
    const { rows: carts } = await client.query<Cart>(readCarts, [productId]);
    const decision = decideStockTaking(counters, { ...taking, carts });
    if (decision.status === 'refused') return belowReserved(decision);
    const { stockChange, reservedChange } = decision;
    await writeMovement(client, { ...asked, quantity: stockChange + reservedChange });
    await endCarts(client, taking, decision);
    await changeCounters(client, productId, decision);
  }
  const { rows: lost } = await client.query<LostLine>(readLost, [id]);
  return { status: 'set', lost };
}

const cart = 'id, order_id as "orderId", customer_id as "customerId", quantity';

const readCarts = `
  select ${cart}, reserved_until <= statement_timestamp() as "isLapsed"
  from shop.order_lines where product_id = $1 and state = 'in_cart' order by reserved_until, id`;

const readLost = `
  select ${cart} from shop.order_lines where lost_in = $1 order by reserved_until desc, id desc`;

type Refused = Extract<StockTakingDecision, { readonly status: 'refused' }>;

function belowReserved({ reservedQuantity, wouldLose }: Refused): StockTakingOutcome {
  const customers = new Set(wouldLose.map(({ customerId }) => customerId)).size;
  return {
    status: 'refused',
    reason: 'below_reserved',
    message: `Carts have ${reservedQuantity}. With isForced ${customers} of the last customers lose theirs.`,
    reservedQuantity,
    wouldLose: wouldLose.map(({ id, orderId, customerId, quantity }) => ({
      id,
      orderId,
      customerId,
      quantity,
    })),
  };
}

type Accepted = Extract<StockTakingDecision, { readonly status: 'accepted' }>;

const endLost = `
  update shop.order_lines set state = 'lost', lost_in = $2 where id = any ($1::uuid[])`;

const endLapsed = `
  update shop.order_lines set state = 'timed_out' where id = any ($1::uuid[])`;

async function endCarts(
  client: PoolClient,
  { id }: Pick<StockTaking, 'id'>,
  { lost, lapsed }: Accepted,
): Promise<void> {
  await client.query(endLost, [lost.map((line) => line.id), id]);
  await client.query(endLapsed, [lapsed.map((line) => line.id)]);
}
