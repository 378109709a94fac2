import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { statement } from '../sql/statement.ts';

/** How an event stood when a second was over. */
export interface SeatsOfSecond {
  /** Since 1970. */
  readonly second: number;
  readonly seatCount: number;
  readonly availableSeats: number;
  readonly heldSeats: number;
}

/** Commits that are looked at, the newest first: a hot event makes fifty a second. Some 10 ms. */
const commitCountMax = 10_000;

const seatsBySecond = statement(
  'seats_by_second',
  `select distinct on (second) second, seat_count, available_seats, held_seats
   from (
     select floor(extract(epoch from at))::int as second, version,
       seat_count, available_seats, held_seats, at
     from outbox where event_id = :eventId
     order by version desc limit ${commitCountMax}
   ) o
   where at > statement_timestamp() - make_interval(secs => :sinceMs / 1000)
   order by second, version desc`,
);

interface Row {
  readonly second: number;
  readonly seat_count: number;
  readonly available_seats: number;
  readonly held_seats: number;
}

/**
 * How an event stood at the end of each of the last seconds in which it changed, the oldest first, from its
 * outbox. Throws DatabaseUnavailable.
 *
 * @example await readSeatsBySecond(database, { eventId, sinceMs: 180_000 })
 */
export async function readSeatsBySecond(
  database: Database,
  { eventId, sinceMs }: { readonly eventId: string; readonly sinceMs: number },
): Promise<readonly SeatsOfSecond[]> {
  const query = seatsBySecond({ eventId, sinceMs });
  const { rows } = await mapFaults(() => database.pool.query<Row>(query));
  return rows.map(({ second, seat_count: seatCount, available_seats, held_seats }) => ({
    second,
    seatCount,
    availableSeats: available_seats,
    heldSeats: held_seats,
  }));
}
