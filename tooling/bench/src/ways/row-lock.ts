import { confirmed, notFound, soldOut } from './answers.ts';
import { inTransaction } from './in-transaction.ts';
import { type EventRow, insertBooking } from './statements.ts';
import type { Way } from './way.ts';

/**
 * SELECT FOR UPDATE: lock the event's row, look, write, commit. The textbook's pessimistic lock.
 *
 * It never oversells, and nobody's work is thrown away. But the row is locked for three round trips
 * and a write to disk, and all who want the same event wait in line for it, each on a connection.
 */
export const rowLock: Way = {
  name: 'row_lock',
  title: 'SELECT FOR UPDATE',
  claimsSafe: true,
  server: {
    type: 'own',
    open: ({ pool }) => ({
      book: (claim) =>
        inTransaction(pool, async (client) => {
          const [event] = (
            await client.query<EventRow>({
              name: 'bench_lock_event',
              text: 'select available_seats, version from events where id = $1 for update',
              values: [claim.eventId],
            })
          ).rows;
          if (event === undefined) return { commit: false, result: notFound };
          if (event.available_seats < claim.quantity) return { commit: false, result: soldOut };
          await client.query({
            name: 'bench_take_locked',
            text: `
              update events set available_seats = available_seats - $2, version = version + 1
              where id = $1`,
            values: [claim.eventId, claim.quantity],
          });
          await client.query(insertBooking(claim));
          return { commit: true, result: confirmed(claim) };
        }),
    }),
  },
};
