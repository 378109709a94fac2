import type { Counters } from './on-product.ts';

/** Pieces in a cart. */
export interface Cart {
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly quantity: number;
  /** Nobody is kept waiting for it: it was only not written down yet. */
  readonly isLapsed: boolean;
}

/** What was counted on the shelf: pieces that may be sold, and pieces in carts. */
export interface Count {
  readonly countedQuantity: number;
  /** Carts may be taken from, where less was counted than they have. */
  readonly isForced: boolean;
}

export type StockTakingDecision =
  | {
      readonly status: 'accepted';
      readonly lapsed: readonly Cart[];
      readonly lost: readonly Cart[];
      readonly stockChange: number;
      readonly reservedChange: number;
    }
  | {
      readonly status: 'refused';
      readonly reservedQuantity: number;
      readonly wouldLose: readonly Cart[];
    };

/**
 * Decides what becomes of a product of which so many pieces were counted. Where carts have more than that,
 * the last ones lose theirs, each whole, until the others have what there is.
 *
 * @param carts all of the product, the first one first
 * @example decideStockTaking({ stockQuantity: 0, reservedQuantity: 3 }, { carts, countedQuantity: 2, isForced: false })
 * // { status: 'refused', reservedQuantity: 3, wouldLose: [ … ] }
 */
export function decideStockTaking(
  { stockQuantity, reservedQuantity }: Counters,
  { carts, countedQuantity, isForced }: Count & { readonly carts: readonly Cart[] },
): StockTakingDecision {
  const lapsed = carts.filter(({ isLapsed }) => isLapsed);
  const kept = carts.filter(({ isLapsed }) => !isLapsed);
  const keptQuantity = quantityOf(kept);
  const lost = lastOf(kept, keptQuantity - countedQuantity);
  if (lost.length > 0 && !isForced) {
    return { status: 'refused', reservedQuantity: keptQuantity, wouldLose: lost };
  }
  const reserved = keptQuantity - quantityOf(lost);
  return {
    status: 'accepted',
    lapsed,
    lost,
    stockChange: countedQuantity - reserved - stockQuantity,
    reservedChange: reserved - reservedQuantity,
  };
}

/** So many of the last carts that they have the missing pieces. */
function lastOf(carts: readonly Cart[], missingQuantity: number): readonly Cart[] {
  const lost: Cart[] = [];
  let missing = missingQuantity;
  for (const cart of carts.toReversed()) {
    if (missing <= 0) break;
    lost.push(cart);
    missing -= cart.quantity;
  }
  return lost;
}

function quantityOf(carts: readonly Cart[]): number {
  return carts.reduce((sum, { quantity }) => sum + quantity, 0);
}
