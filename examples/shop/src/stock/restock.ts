import type { Pool } from 'pg';
import { checkUuid, checkWhole } from '../check-input.ts';
import { refuse } from '../selling/refusals.ts';
import type { ShopRefusal } from '../selling/words.ts';
import { changeCounters, seenBefore, writeMovement } from './movements.ts';
import { onProduct } from './on-product.ts';

/** Pieces that were delivered. */
export interface Delivery {
  /** A UUID, made once: a retry with the same one has one effect. */
  readonly id: string;
  readonly productId: number;
  readonly quantity: number;
}

export type RestockOutcome = { readonly status: 'restocked' } | ShopRefusal;

/**
 * Puts delivered pieces on the shelf. Refuses: product_not_found, id_taken.
 *
 * @throws InvalidInput, and what PostgreSQL says: repeat it then with the same id.
 * @example await restock(pool, { id: crypto.randomUUID(), productId: 7, quantity: 100 })
 */
export async function restock(pool: Pool, delivery: Delivery): Promise<RestockOutcome> {
  const { id, productId, quantity } = delivery;
  checkUuid('id', id);
  checkWhole('productId', productId, 1);
  checkWhole('quantity', quantity, 1);
  const movement = { id, productId, kind: 'delivered', askedQuantity: quantity, quantity } as const;
  const outcome = await onProduct<RestockOutcome>(pool, productId, async (client) => {
    const seen = await seenBefore(client, movement);
    if (seen === 'different') return refuse('id_taken');
    if (seen === 'no') {
      await writeMovement(client, movement);
      await changeCounters(client, productId, { stockChange: quantity, reservedChange: 0 });
    }
    return { status: 'restocked' };
  });
  return outcome ?? refuse('product_not_found');
}
