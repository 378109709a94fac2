import type { PoolClient } from 'pg';
import { confirmed, contended, notFound, soldOut } from './answers.ts';
import { inTransaction } from './in-transaction.ts';
import { type EventRow, insertBooking, selectEvent } from './statements.ts';
import type { Claim, Way } from './way.ts';

/**
 * The guide's section 1, "Optimistic Locking": read the event, update it where its version is still
 * the same, at most three times.
 *
 * It never oversells. But every winner makes losers of all who have read, so under a crowd most
 * callers do work that is thrown away, and many are sent home with seats left. As the guide's, the
 * retries go on in one transaction; at PostgreSQL's READ COMMITTED each reads anew.
 */
export const guideOptimistic: Way = {
  name: 'guide_optimistic',
  title: "guide's optimistic loop",
  claimsSafe: true,
  server: {
    type: 'own',
    open: ({ pool }) => ({
      book: (claim) => inTransaction(pool, (client) => bookSeats(client, claim)),
    }),
  },
};

const attemptCountMax = 3;

async function bookSeats(client: PoolClient, claim: Claim) {
  for (let attempt = 0; attempt < attemptCountMax; attempt += 1) {
    const [event] = (await client.query<EventRow>(selectEvent(claim.eventId))).rows;
    if (event === undefined) return { commit: false, result: notFound };
    if (event.available_seats < claim.quantity) return { commit: false, result: soldOut };
    const { rowCount } = await client.query({
      name: 'bench_update_version',
      text: `
        update events set available_seats = available_seats - $3, version = version + 1
        where id = $1 and version = $2 and available_seats >= $3`,
      values: [claim.eventId, event.version, claim.quantity],
    });
    if (rowCount === 0) continue;
    await client.query(insertBooking(claim));
    return { commit: true, result: confirmed(claim) };
  }
  return { commit: false, result: contended };
}
