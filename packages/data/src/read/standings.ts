import { isBookingTransition, type Standing, standingOf } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { type KnownEvent, unknownLapse } from '../commit/known-events.ts';
import type { Decided } from '../commit/outcome.ts';
import type { Recorded } from '../record/record.ts';
import { eventColumns, type EventRow, millisecondsOf, toEvent } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/**
 * What is known of the event after a group, or as it was read where nothing had to be written.
 * `null`: there is none.
 *
 * Seats commute, so other writers may have committed between the reading and the write; their holds
 * were not seen, and then no refusal may rest on it.
 */
export function knownAfter(
  { loaded, group }: Decided,
  recorded: Recorded | null,
): KnownEvent | null {
  const { state, nextLapseAt } = loaded;
  if (recorded === null) return state.event && { event: state.event, nextLapseAt };
  if (group.after.event === null) return null;
  const { version, total, available, held } = recorded;
  const isAllSeen = version === (state.event?.version ?? 0) + 1;
  return {
    event: { ...group.after.event, version, capacity: { total, available, held } },
    nextLapseAt: isAllSeen ? earliestLapse({ loaded, group }) : unknownLapse,
  };
}

function earliestLapse({ loaded, group }: Decided): number | null {
  let earliest = loaded.nextLapseAt;
  for (const transition of group.transitions) {
    if (!isBookingTransition(transition) || transition.type !== 'booking_held') continue;
    earliest = Math.min(earliest ?? Infinity, transition.expiresAt);
  }
  return earliest;
}

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
