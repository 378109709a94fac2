import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { OpenShop } from '../open-shop.ts';
import type { LineOutcome, OrderOutcome } from '../selling/words.ts';
import { returnLine } from '../stock/return-line.ts';

/** What a customer was told last, of which order. */
export interface Told {
  readonly id: string;
  readonly userId: string;
  /** `confirmed` and how many lines together, `in_cart`, `cancelled`, `returned`, the reason of a refusal, `unknown`, or `failed` with the error's name. */
  readonly answer: string;
}

/** Numbers from 0 on and below 1. */
export type Random = () => number;

/** One customer of the storm, and what there is to buy. */
export interface StormCustomer {
  readonly customerId: string;
  readonly productIds: readonly number[];
  readonly random: Random;
}

/** A customer with a list of what to buy: two or three different products. */
interface Visit {
  readonly shop: OpenShop;
  readonly pool: Pool;
  readonly isDamaged: boolean;
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly { readonly id: string; productId: number; quantity: number }[];
}

/** What customers do, and how many in a hundred do it. */
const behaviours: readonly (readonly [number, (visit: Visit) => Promise<string>])[] = [
  [35, async (visit) => paid(await visit.shop.purchase(one(visit)))],
  [10, pressTwice],
  [15, async (visit) => paid(await visit.shop.purchase(visit))],
  [20, fillCart],
  [10, leaveCart],
  [5, thinkBetterOfIt],
  [5, sendBack],
];

const quantityMax = 3;

/** Does what a customer does, and says what they were told. Faults are answers, too. */
export async function visitShop(
  place: Pick<Visit, 'shop' | 'pool'>,
  customer: StormCustomer,
): Promise<Told> {
  const { customerId, random } = customer;
  const orderId = randomUUID();
  const behave = behaviourAt(random() * 100);
  const lines = linesOf(customer);
  const isDamaged = random() < 0.5;
  const answerOf = async () => await behave({ ...place, isDamaged, orderId, customerId, lines });
  const answer = await answerOf().catch(
    (error: unknown) => `failed: ${error instanceof Error ? error.name : 'Error'}`,
  );
  return { id: orderId, userId: customerId, answer };
}

/** In any order, so that orders of the same products are in each other's way. The first products are wanted most. */
function linesOf({ productIds, random }: StormCustomer): Visit['lines'] {
  const wanted = new Set<number>();
  const lineCount = 2 + Math.floor(random() * 2);
  for (let draw = 0; draw < 100 && wanted.size < lineCount; draw += 1) {
    const productId = productIds[Math.floor(random() ** 2 * productIds.length)];
    if (productId !== undefined) wanted.add(productId);
  }
  return [...wanted].map((productId) => ({
    id: randomUUID(),
    productId,
    quantity: 1 + Math.floor(random() * quantityMax),
  }));
}

function behaviourAt(percent: number) {
  let sum = 0;
  for (const [share, behave] of behaviours) {
    sum += share;
    if (percent < sum) return behave;
  }
  throw new Error('The shares of what customers do are less than 100.');
}

function one(visit: Visit): Visit {
  return { ...visit, lines: visit.lines.slice(0, 1) };
}

/** @example 'confirmed', 'confirmed, 2 together' */
function paid(outcome: OrderOutcome): string {
  if (outcome.status !== 'paid') return told(outcome);
  const { length } = outcome.lines;
  return length === 1 ? 'confirmed' : `confirmed, ${length} together`;
}

function told(outcome: LineOutcome | OrderOutcome): string {
  return outcome.status === 'refused' ? outcome.reason : outcome.status;
}

async function pressTwice(visit: Visit): Promise<string> {
  const { shop } = visit;
  const [first, second] = await Promise.all([shop.purchase(visit), shop.purchase(visit)]);
  return paid(second.status === 'paid' ? second : first);
}

/** Puts all lines into the cart, and checks out what was to be had. */
async function fillCart(visit: Visit): Promise<string> {
  const { shop, customerId } = visit;
  const ids: string[] = [];
  let last = 'out_of_stock';
  for (const line of visit.lines) {
    const outcome = await shop.putInCart({ ...visit, ...line });
    if (outcome.status === 'in_cart') ids.push(line.id);
    else last = told(outcome);
  }
  return ids.length === 0 ? last : paid(await shop.checkOut({ customerId, ids }));
}

async function leaveCart(visit: Visit): Promise<string> {
  const [line] = visit.lines;
  return line === undefined ? 'nothing' : told(await visit.shop.putInCart({ ...visit, ...line }));
}

async function thinkBetterOfIt(visit: Visit): Promise<string> {
  const asked = one(visit);
  const order = await visit.shop.purchase(asked);
  const [line] = asked.lines;
  if (order.status !== 'paid' || line === undefined) return paid(order);
  return told(await visit.shop.cancel({ ...asked, ...line }));
}

/** Twice, as somebody does who was not answered at once. */
async function sendBack(visit: Visit): Promise<string> {
  const { pool, customerId, isDamaged } = visit;
  const asked = one(visit);
  const order = await visit.shop.purchase(asked);
  const [line] = asked.lines;
  if (order.status !== 'paid' || line === undefined) return paid(order);
  const sentBack = { id: line.id, customerId, isRestocked: !isDamaged };
  const [outcome] = await Promise.all([returnLine(pool, sentBack), returnLine(pool, sentBack)]);
  return outcome.status === 'refused' ? outcome.reason : outcome.status;
}
