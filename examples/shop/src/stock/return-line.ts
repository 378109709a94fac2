import type { Pool, PoolClient } from 'pg';
import { checkUuid } from '../check-input.ts';
import { refuse } from '../selling/refusals.ts';
import type { NamedLine, ShopRefusal } from '../selling/words.ts';
import { changeCounters, writeMovement } from './movements.ts';
import { onProduct } from './on-product.ts';

/** Pieces that a customer sent back. `isRestocked`: they go on the shelf again; else they are written off. */
export interface SentBack extends NamedLine {
  readonly isRestocked: boolean;
}

export type ReturnOutcome =
  | { readonly status: 'returned'; readonly isRestocked: boolean }
  | ShopRefusal;

interface PaidLine {
  readonly id: string;
  readonly productId: number;
  readonly quantity: number;
}

/**
 * Takes back a line that was paid. Once returned it stays as it was returned first.
 * Refuses: line_not_found (also where it is somebody else's), line_not_paid.
 *
 * @throws InvalidInput, and what PostgreSQL says: repeat it then.
 * @example await returnLine(pool, { id: lineId, customerId: 'ann', isRestocked: false })
 */
export async function returnLine(pool: Pool, sentBack: SentBack): Promise<ReturnOutcome> {
  const { id, customerId } = sentBack;
  checkUuid('id', id);
  const { rows } = await pool.query<PaidLine>(
    `select id, product_id as "productId", quantity from shop.order_lines
     where id = $1 and customer_id = $2`,
    [id, customerId],
  );
  const [line] = rows;
  if (line === undefined) return refuse('line_not_found');
  const outcome = await onProduct(
    pool,
    line.productId,
    async (client) => await takeBack(client, line, sentBack.isRestocked),
  );
  return outcome ?? refuse('product_not_found');
}

/** The condition on `state` is the guard: whoever comes second finds no line that is paid. */
const markReturned = `
  update shop.order_lines set state = 'returned', is_restocked = $2 where id = $1 and state = 'paid'`;

async function takeBack(
  client: PoolClient,
  { id, productId, quantity }: PaidLine,
  isRestocked: boolean,
): Promise<ReturnOutcome> {
  const { rowCount } = await client.query(markReturned, [id, isRestocked]);
  if (rowCount === 0) return await alreadyReturned(client, id);
  if (!isRestocked) {
    const written = { id, productId, kind: 'damaged', askedQuantity: quantity } as const;
    await writeMovement(client, { ...written, quantity: -quantity });
  }
  const stockChange = isRestocked ? quantity : 0;
  await changeCounters(client, productId, { stockChange, reservedChange: 0 });
  return { status: 'returned', isRestocked };
}

async function alreadyReturned(client: PoolClient, id: string): Promise<ReturnOutcome> {
  const { rows } = await client.query<{ isRestocked: boolean | null }>(
    'select is_restocked as "isRestocked" from shop.order_lines where id = $1',
    [id],
  );
  const isRestocked = rows[0]?.isRestocked ?? null;
  return isRestocked === null ? refuse('line_not_paid') : { status: 'returned', isRestocked };
}
