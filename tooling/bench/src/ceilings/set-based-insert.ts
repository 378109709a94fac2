import type { Database } from '@holdfast/data';
import { v7 } from 'uuid';

const rowsPerStatement = 100;

/**
 * How many bookings a second PostgreSQL takes where nothing is decided: rows of one event, a hundred
 * a statement, each statement on disk before the next. Rows of an event that does not exist, which
 * are removed afterwards.
 */
export async function measureSetBasedInsert(
  { pool }: Pick<Database, 'pool'>,
  durationMs: number,
): Promise<number> {
  const eventId = v7();
  const startedAt = performance.now();
  let [rowCount, tookMs] = [0, 0];
  while (tookMs < durationMs) {
    const ids = Array.from({ length: rowsPerStatement }, () => v7());
    await pool.query({
      name: 'bench_insert_set',
      text: `
        insert into bookings
          (event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at)
        select $1, id, id::text, 1, 1, 'confirmed', null, now(), now() from unnest($2::uuid[]) id`,
      values: [eventId, ids],
    });
    rowCount += ids.length;
    tookMs = performance.now() - startedAt;
  }
  await pool.query('delete from bookings where event_id = $1', [eventId]);
  return (rowCount * 1_000) / tookMs;
}
