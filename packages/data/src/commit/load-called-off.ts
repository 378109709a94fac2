import type { Pool, PoolClient } from 'pg';
import { arrayOf } from '../sql/array-literal.ts';
import { lowestId } from '../read/page.ts';
import { bookingColumns, type BookingRow } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/** How many bookings a sweep takes of an event that was called off. */
export interface CalledOffAsked {
  readonly eventId: string;
  readonly count: number;
  /** `null`: from the first booking on. */
  readonly afterId: string | null;
}

const calledOffQuery = statement(
  'load_called_off',
  `select active.*
   from unnest(:eventIds::uuid[], :counts::int[], :afterIds::uuid[]) as asked (event_id, count, after_id)
   cross join lateral (
     select ${bookingColumns('b')} from bookings b
     where b.event_id = asked.event_id and b.id > asked.after_id
       and b.status in ('held', 'confirmed')
     order by b.id
     limit asked.count
   ) active`,
);

/**
 * Bookings of events that were called off, and that still take seats. There come no new ones, so
 * they may be read a moment after the event. If one of them ends meanwhile, the guard of the write
 * fails.
 */
export async function loadCalledOff(
  connection: Pool | PoolClient,
  asked: readonly CalledOffAsked[],
): Promise<readonly BookingRow[]> {
  if (asked.length === 0) return [];
  const query = calledOffQuery({
    eventIds: arrayOf(asked.map(({ eventId }) => eventId)),
    counts: arrayOf(asked.map(({ count }) => count)),
    afterIds: arrayOf(asked.map(({ afterId }) => afterId ?? lowestId)),
  });
  const { rows } = await connection.query<BookingRow>(query);
  return rows;
}
