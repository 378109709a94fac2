import type { EventStatus } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { statement } from '../sql/statement.ts';

/** What an event looked like after a commit. */
export interface Change {
  readonly eventId: string;
  /** Each version of an event has one change, and none is missing. */
  readonly version: number;
  readonly status: EventStatus;
  readonly seatCount: number;
  readonly availableSeats: number;
  readonly heldSeats: number;
}

/** A row of `outbox`, as `changeColumns` selects it. */
export interface ChangeRow {
  readonly event_id: string;
  readonly version: number;
  readonly status: EventStatus;
  readonly seat_count: number;
  readonly available_seats: number;
  readonly held_seats: number;
}

/** The select list that makes a ChangeRow. */
export const changeColumns =
  'event_id, version, status, seat_count, available_seats, held_seats' as const;

export function toChange(row: ChangeRow): Change {
  return {
    eventId: row.event_id,
    version: row.version,
    status: row.status,
    seatCount: row.seat_count,
    availableSeats: row.available_seats,
    heldSeats: row.held_seats,
  };
}

const changesAfter = statement(
  'changes_after',
  `select ${changeColumns} from outbox
   where event_id = :eventId and version > :afterVersion
   order by version
   limit :limit`,
);

/**
 * An event's changes after a version, in order and without a gap, at most `limit` of them. They are
 * read from the outbox, so those are there, too, that were not relayed yet. Throws
 * DatabaseUnavailable.
 *
 * @example await readFeed(database, { eventId, afterVersion: 41, limit: 500 }) // versions 42, 43, …
 */
export async function readFeed(
  database: Database,
  reading: { readonly eventId: string; readonly afterVersion: number; readonly limit: number },
): Promise<readonly Change[]> {
  const query = changesAfter({ ...reading });
  const { rows } = await mapFaults(() => database.pool.query<ChangeRow>(query));
  return rows.map(toChange);
}
