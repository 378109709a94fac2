import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admission } from '@holdfast/admission';
import { commitGroup, type Database, readStandings } from '@holdfast/data';

export interface Shop {
  readonly database: Database;
  readonly admission: Admission;
  readonly eventId: string;
}

export interface Sales {
  soldSeats: number;
  /** Admitted, and then PostgreSQL had no seat: a lease was given for a seat that another one has. */
  resoldCount: number;
  /** Told `sold_out` while PostgreSQL had enough seats. */
  falselyRefusedCount: number;
  refusedCount: number;
}

/** Who is undecided asks again after this, so often. */
const askAgainMs = 5;
const askCountMax = 2_000;

/** Tells Redis how the event stands, so that nobody has to find out. */
export async function warm({ database, admission, eventId }: Shop): Promise<void> {
  const asOfMs = await admission.now();
  const standing = (await readStandings(database, [eventId])).get(eventId);
  if (standing === undefined) throw new Error('No such event.');
  await admission.settle(eventId, { standing, asOfMs, leases: [] });
}

/** Asks until it is decided. */
async function askUntilDecided({ admission, eventId }: Shop, leaseId: string, quantity: number) {
  for (let ask = 1; ask <= askCountMax; ask += 1) {
    const { verdicts, asOfMs } = await admission.admit(eventId, [{ leaseId, quantity }]);
    if (verdicts[0] !== 'undecided') return { verdict: verdicts[0], asOfMs };
    await sleep(askAgainMs);
  }
  throw new Error('Undecided for too long.');
}

/** One buyer of so many seats, the way the api does it: admit, commit, settle. */
async function buy(shop: Shop, sales: Sales, quantity: number): Promise<void> {
  const { database, admission, eventId } = shop;
  const bookingId = randomUUID();
  const { verdict, asOfMs } = await askUntilDecided(shop, bookingId, quantity);
  if (verdict === 'sold_out') {
    sales.refusedCount += 1;
    // Nobody cancels here, so what is free now is the most that was free at the end of the call.
    const standing = (await readStandings(database, [eventId])).get(eventId);
    if (standing !== undefined && standing.availableSeats >= quantity) {
      sales.falselyRefusedCount += 1;
    }
    return;
  }
  const book = { type: 'book', bookingId, userId: randomUUID(), quantity } as const;
  const { outcomes, standing } = await commitGroup(database, eventId, [book]);
  if (outcomes[0]?.status === 'accepted') sales.soldSeats += quantity;
  else sales.resoldCount += 1;
  const leases = [{ leaseId: bookingId, quantity }];
  if (standing === null) await admission.release(eventId, leases);
  else await admission.settle(eventId, { standing, asOfMs, leases });
}

/** So many buyers at once, each buying again and again, `buyCount` times in all. */
export async function crowd(
  shop: Shop,
  { buyerCount, buyCount }: { readonly buyerCount: number; readonly buyCount: number },
): Promise<Sales> {
  const sales = { soldSeats: 0, resoldCount: 0, falselyRefusedCount: 0, refusedCount: 0 };
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
