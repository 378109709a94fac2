import type { Also, Claim, ClaimOutcome, Sales } from '@holdfast/sales';
import type { Pool } from 'pg';
import { inOurWords, refuse } from './refusals.ts';
import type {
  AskedCartLine,
  AskedLine,
  AskedOrder,
  LineOutcome,
  NamedLine,
  OrderLine,
  OrderOutcome,
} from './words.ts';

/** What the commands of a shop need. */
export interface Shop {
  readonly pool: Pool;
  readonly sales: Sales;
}

/** Keeps pieces for a customer. */
export async function putInCart(shop: Shop, asked: AskedCartLine): Promise<LineOutcome> {
  const [claim] = await claimsOf(shop, { ...asked, lines: [asked] });
  if (claim === undefined) return refuse('product_not_found');
  return lineOutcome(await shop.sales.reserve({ ...claim, userId: asked.customerId }));
}

/**
 * One line goes by `book`, whose commands of one product share a commit. Several are locked together, so
 * that all of them are paid or none.
 */
export async function purchase(shop: Shop, asked: AskedOrder): Promise<OrderOutcome> {
  const claims = await claimsOf(shop, asked);
  const missing = claims.findIndex((claim) => claim === undefined);
  if (missing !== -1) return { ...refuse('product_not_found'), line: missing };
  const lines = claims.filter((claim) => claim !== undefined);
  return await pay(shop, { customerId: asked.customerId, lines });
}

/** Pays for lines that are in the cart. What is no longer there is not bought anew. */
export async function checkOut(
  shop: Shop,
  { customerId, ids }: { readonly customerId: string; readonly ids: readonly string[] },
): Promise<OrderOutcome> {
  const rows = await readLines(shop.pool, ids);
  const lines: ClaimLine[] = [];
  for (const [line, id] of ids.entries()) {
    const row = rows.get(id.toLowerCase());
    if (row?.customerId !== customerId) return { ...refuse('line_not_found'), line };
    lines.push({ id, itemId: row.productId, quantity: row.quantity });
  }
  return await pay(shop, { customerId, lines });
}

/** Gives pieces back that are in the cart, or paid. */
export async function cancel(shop: Shop, { id, customerId }: NamedLine): Promise<LineOutcome> {
  const row = (await readLines(shop.pool, [id])).get(id.toLowerCase());
  if (row?.customerId !== customerId) return refuse('line_not_found');
  return lineOutcome(await shop.sales.cancel({ itemId: row.productId, id, userId: customerId }));
}

interface ClaimLine {
  readonly id: string;
  readonly itemId: number;
  readonly quantity: number;
  readonly also?: Also;
}

/** The lines in the words of the sales, each with the price of now. `undefined`: there is no such product. */
async function claimsOf(
  { pool }: Shop,
  { orderId, lines }: AskedOrder,
): Promise<readonly (ClaimLine | undefined)[]> {
  const { rows } = await pool.query<{ id: number; priceCents: number }>(
    'select id, price_cents as "priceCents" from shop.products where id = any ($1::int[])',
    [lines.map(({ productId }) => productId)],
  );
  const priceOf = new Map(rows.map(({ id, priceCents }) => [id, priceCents]));
  return lines.map(({ id, productId, quantity }) => {
    const price = priceOf.get(productId);
    if (price === undefined) return undefined;
    return { id, itemId: productId, quantity, also: { order_id: orderId, price_cents: price } };
  });
}

async function pay(
  { sales }: Shop,
  { customerId, lines }: { readonly customerId: string; readonly lines: readonly ClaimLine[] },
): Promise<OrderOutcome> {
  const [line] = lines;
  if (lines.length === 1 && line !== undefined) {
    return paidAlone(await sales.book({ ...line, userId: customerId }));
  }
  const outcome = await sales.bookTogether({ userId: customerId, lines });
  if (outcome.status === 'unknown') return outcome;
  if (outcome.status === 'refused') return { ...inOurWords(outcome), line: outcome.line };
  return { status: 'paid', lines: outcome.claims.map(lineOf) };
}

/** What has ended since cannot be paid again under its id. */
function paidAlone(outcome: ClaimOutcome): OrderOutcome {
  switch (outcome.status) {
    case 'unknown':
      return outcome;
    case 'refused':
      return { ...inOurWords(outcome), line: 0 };
    case 'confirmed':
      return { status: 'paid', lines: [lineOf(outcome)] };
    case 'cancelled':
      return { ...refuse('line_cancelled'), line: 0 };
    case 'expired':
      return { ...refuse('cart_lapsed'), line: 0 };
    case 'held':
      throw new Error(`The line ${outcome.id} was booked, and is held.`);
  }
}

interface LineRow extends Omit<AskedLine, 'id'> {
  readonly customerId: string;
}

async function readLines(
  pool: Pool,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LineRow>> {
  const { rows } = await pool.query<LineRow & { id: string }>(
    `select id, product_id as "productId", customer_id as "customerId", quantity
     from shop.order_lines where id = any ($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

function lineOutcome(outcome: ClaimOutcome): LineOutcome {
  if (outcome.status === 'unknown') return outcome;
  return outcome.status === 'refused' ? inOurWords(outcome) : lineOf(outcome);
}

const statusOf = { confirmed: 'paid', cancelled: 'cancelled', expired: 'timed_out' } as const;

function lineOf(claim: Claim): OrderLine {
  const { id, itemId, userId, quantity } = claim;
  const facts = { id, productId: Number(itemId), customerId: userId ?? '', quantity };
  return claim.status === 'held'
    ? { ...facts, status: 'in_cart', reservedUntil: new Date(claim.expiresAt) }
    : { ...facts, status: statusOf[claim.status] };
}
