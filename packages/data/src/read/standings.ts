import { type Standing, standingOf } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { eventColumns, type EventRow, millisecondsOf, toEvent } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

const standingsById = statement(
  'standings_by_id',
  `select ${eventColumns('e')}, ${millisecondsOf('statement_timestamp()')} as now,
     (
       select ${millisecondsOf('min(b.expires_at)')} from bookings b
       where b.event_id = e.id and b.status = 'held'
     ) as next_lapse_at
   from events e
   where e.id = any (:eventIds::uuid[])`,
);

type StandingRow = EventRow & { readonly now: number; readonly next_lapse_at: number | null };

/**
 * How these events stand now, by id, all in one snapshot. Events that are not there are left out.
 * Throws DatabaseUnavailable.
 */
export async function readStandings(
  database: Database,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const query = standingsById({ eventIds });
  const { rows } = await mapFaults(() => database.pool.query<StandingRow>(query));
  return new Map(
    rows.map((row) => {
      const reading = { nextLapseAt: row.next_lapse_at, now: row.now };
      return [row.id, standingOf(toEvent(row), reading)];
    }),
  );
}
