import { randomUUID } from 'node:crypto';
import type { Admission } from '@holdfast/redis';
import { commitGroup, type Database, readStandings } from '@holdfast/data';

export interface Shop {
  readonly database: Database;
  readonly admission: Admission;
  readonly eventId: string;
}

export interface Sales {
  soldSeats: number;
  /** Claims that PostgreSQL refused. */
  lateCount: number;
  /** Claims that were refused by what Redis said. */
  earlyCount: number;
  /** Refused early while PostgreSQL had enough seats. */
  falselyRefusedCount: number;
}

/** Tells Redis how the event stands, so that nobody has to find out. */
export async function warm({ database, admission, eventId }: Shop): Promise<void> {
  // The first to ask tells Redis since when it may rely on what is read.
  const { asOfMs } = await admission.ask(eventId, null);
  await admission.settle(eventId, {
    standing: await standingOf(database, eventId),
    asOfMs,
    fence: null,
  });
}

/** How the event stands in PostgreSQL. */
export async function standingOf(database: Database, eventId: string) {
  const standing = (await readStandings(database, [eventId])).get(eventId);
  if (standing === undefined) throw new Error('No such event.');
  return standing;
}

/** One buyer of so many seats, the way the engine does it: ask, commit, settle. */
async function buy(shop: Shop, sales: Sales, quantity: number): Promise<void> {
  const { database, admission, eventId } = shop;
  const { certainty, free, asOfMs } = await admission.ask(eventId, null);
  if (certainty === 'certain' && free !== null && quantity > free) {
    sales.earlyCount += 1;
    // Nobody cancels here, so what is free now is the most that was free at the end of the call.
    const { availableSeats } = await standingOf(database, eventId);
    if (availableSeats >= quantity) sales.falselyRefusedCount += 1;
    return;
  }
  const book = { type: 'book', bookingId: randomUUID(), userId: randomUUID(), quantity } as const;
  const { outcomes, standing } = await commitGroup(database, eventId, [book]);
  if (outcomes[0]?.status === 'accepted') sales.soldSeats += quantity;
  else sales.lateCount += 1;
  if (standing !== null) await admission.settle(eventId, { standing, asOfMs, fence: null });
}

/** So many buyers at once, each buying again and again, `buyCount` times in all. */
export async function crowd(
  shop: Shop,
  { buyerCount, buyCount }: { readonly buyerCount: number; readonly buyCount: number },
): Promise<Sales> {
  const sales = { soldSeats: 0, lateCount: 0, earlyCount: 0, falselyRefusedCount: 0 };
  let left = buyCount;
  async function buyInTurn() {
    while (left > 0) {
      left -= 1;
      await buy(shop, sales, 1 + (left % 3));
    }
  }
  await Promise.all(Array.from({ length: buyerCount }, buyInTurn));
  return sales;
}
