import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';

/** What somebody asks of a seller. */
export interface AskedOfSeller {
  readonly itemId: string;
  readonly id: string;
  readonly userId: string;
  readonly quantity: number;
}

/** One process that sells. */
export interface Seller {
  /** What its caller is told, in a word: a status, or the reason of a refusal. Throws faults. */
  give(act: 'reserve' | 'book' | 'confirm' | 'cancel', asked: AskedOfSeller): Promise<string>;
  close(): Promise<void>;
}

/** Tables that are sold from, and how to look at them. */
export interface SaleGrounds {
  readonly url: string;
  /** A connection of nobody that sells. */
  readonly pool: Pool;
  /** Stands in the text of the statement that takes pieces. */
  readonly writeMark: string;
  /** An item with so many pieces, of which a user may have one claim. */
  stock(quantity: number): Promise<string>;
  openSeller(url: string): Promise<Seller>;
  /** Pieces that are sold or held, by its claims. */
  takenOf(itemId: string): Promise<number>;
  /** What does not add up, of an item that had so many pieces: each a sentence. */
  harmTo(itemId: string, total: number): Promise<readonly string[]>;
  /** Time passes for its holds. */
  lapse(itemId: string): Promise<void>;
  close(): Promise<void>;
}

/** Callers of a race, of each of two sellers. */
export const callerCount = 60;

/** A claim under a new id. */
export const claimOf = (itemId: string, userId: string, quantity = 1): AskedOfSeller => ({
  itemId,
  id: randomUUID(),
  userId,
  quantity,
});

/** Runs this with a seller, and closes it. */
export async function withSeller(
  grounds: SaleGrounds,
  url: string,
  run: (seller: Seller) => Promise<void>,
): Promise<void> {
  const seller = await grounds.openSeller(url);
  try {
    await run(seller);
  } finally {
    await seller.close();
  }
}
