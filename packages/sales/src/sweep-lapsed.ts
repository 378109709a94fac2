import type { Pool } from 'pg';
import { ask } from './statements.ts';
import type { Outcome, SalesCommand } from './words.ts';

/** What a sweep needs of its sales. */
interface SweepParts {
  readonly pool: Pool;
  /** Finds the items. `null`: there are no holds. */
  readonly lapsedItems: string | null;
  readonly give: (itemId: string, command: SalesCommand) => Promise<Outcome>;
}

/**
 * Ends lapsed holds, the longest lapsed first, at most so many, each item's through its lane. So a sweep
 * and a claim never undo each other.
 */
export async function sweepLapsed(
  { pool, lapsedItems, give }: SweepParts,
  claimCountMax: number,
): Promise<{ readonly expiredCount: number }> {
  if (lapsedItems === null) return { expiredCount: 0 };
  const found = await pool.query<{ itemId: string; count: number }>(
    ask({ text: lapsedItems }, [claimCountMax]),
  );
  let expiredCount = 0;
  for (const { itemId, count } of found.rows) {
    const booking = { type: 'expire', bookingCountMax: count } as const;
    const outcome = await give(itemId, { booking, also: null });
    if (outcome.status === 'swept') expiredCount += outcome.expiredCount;
  }
  return { expiredCount };
}
