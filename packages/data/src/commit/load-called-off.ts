import type { Pool, PoolClient } from 'pg';
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
  `select ${bookingColumns('b')} from bookings b
   where b.event_id = :eventId::uuid and b.id > :afterId::uuid and b.status in ('held', 'confirmed')
   order by b.id
   limit :count::int`,
);

/**
 * Bookings of events that were called off, and that still take seats. There come no new ones, so
 * they may be read a moment after the event. If one of them ends meanwhile, the guard of the write
 * fails. Sweeps go event by event, so these are seldom two.
 */
export async function loadCalledOff(
  connection: Pool | PoolClient,
  asked: readonly CalledOffAsked[],
): Promise<readonly BookingRow[]> {
  const found: BookingRow[] = [];
  for (const { eventId, count, afterId } of asked) {
    const query = calledOffQuery({ eventId, count, afterId: afterId ?? lowestId });
    const { rows } = await connection.query<BookingRow>(query);
    found.push(...rows);
  }
  return found;
}
