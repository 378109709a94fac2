import { audit, openDatabase } from '@holdfast/data';
import { type SaleGrounds, type Seller, testConformance } from '@holdfast/testing/conformance';
import { answers, eventOnSale, give, lapseHolds, openFresh } from './fixture.ts';

async function openSeller(url: string): Promise<Seller> {
  const database = await openDatabase({ url, poolSizeMax: 4, replyTimeoutMs: 5_000 });
  return {
    async give(type, { itemId, id: bookingId, userId, quantity }) {
      const asked = { bookingId, userId };
      const outcome =
        type === 'reserve' || type === 'book'
          ? await give(database, itemId, { type, ...asked, quantity })
          : await give(database, itemId, { type, ...asked });
      return answers([outcome])[0] ?? '';
    },
    close: async () => await database.close(),
  };
}

async function openGrounds(): Promise<SaleGrounds> {
  const { database, url } = await openFresh();
  const { pool } = database;
  return {
    url,
    pool,
    writeMark: 'holdfast_record_',
    openSeller,
    stock: async (total) => await eventOnSale(database, { total }),
    takenOf: async (eventId) => {
      const { rows } = await pool.query<{ taken: number }>(
        `select coalesce(sum(seat_count), 0)::int as taken from bookings
         where event_id = $1 and status in ('held', 'confirmed')`,
        [eventId],
      );
      return rows[0]?.taken ?? 0;
    },
    harmTo: async (eventId) => {
      const { invariants } = await audit(database, { eventId });
      return invariants.filter(({ violations }) => violations.length > 0).map(({ id }) => id);
    },
    lapse: async (eventId) => await lapseHolds(database, eventId),
    close: async () => await database.close(),
  };
}

testConformance("Holdfast's own tables", openGrounds);
