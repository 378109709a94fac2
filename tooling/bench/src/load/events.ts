import { commit, type Database } from '@holdfast/data';
import type { Client } from 'pg';
import { v7 } from 'uuid';
import { analyze } from './analyze.ts';

/** Who organizes them all. */
export const organizerId = 'organizer';
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Puts so many new events on sale, with the api's default policy: one active booking a user. Gives
 * their ids.
 *
 * The first is made by `commit`, as every event is, and the others are copies of its rows: ten
 * thousand take 1.4 s so, and 15 s one by one.
 *
 * @example const [eventId] = await openEvents(database, { count: 1, seatCount: 500 })
 */
export async function openEvents(
  database: Database,
  { count, seatCount }: { readonly count: number; readonly seatCount: number },
): Promise<readonly string[]> {
  const firstId = v7();
  const commands = commandsFor(firstId, seatCount);
  await commit(database, firstId, commands);
  const copyIds = Array.from({ length: count - 1 }, () => v7());
  if (copyIds.length > 0) await copyEvent(database.pool, firstId, copyIds);
  return [firstId, ...copyIds];
}

/** A pool, or one connection. */
type Connection = Pick<Client, 'query'>;

/** Where an event has rows, and by which column they name it. Its own row comes first. */
const eventColumns = {
  events: 'id',
  bookings: 'event_id',
  ledger: 'event_id',
  outbox: 'event_id',
} as const;

/**
 * Copies all rows of an event, bookings and ledger included, to events with these ids. Each copy has
 * users of its own.
 *
 * @example await copyEvent(database.pool, eventId, [v7(), v7()])
 */
export async function copyEvent(
  connection: Connection,
  eventId: string,
  copyIds: readonly string[],
): Promise<void> {
  for (const [table, eventColumn] of Object.entries(eventColumns)) {
    const columns = await writableColumns(connection, table);
    const values = columns.map((name) => valueOf(name, eventColumn));
    await connection.query(
      `insert into ${table} (${columns.join(', ')})
       select ${values.join(', ')}
       from ${table} original cross join unnest($2::uuid[]) copy (id)
       where original.${eventColumn} = $1`,
      [eventId, copyIds],
    );
  }
  // PostgreSQL must know how many there are now, as it would of events that came one by one.
  await analyze(connection, 'events');
}

function valueOf(column: string, eventColumn: string): string {
  if (column === eventColumn) return 'copy.id';
  return column === 'user_id'
    ? `original.user_id || '-' || right(copy.id::text, 12)`
    : `original.${column}`;
}

/** Generated ones are PostgreSQL's own to fill. */
async function writableColumns(connection: Connection, table: string): Promise<readonly string[]> {
  const { rows } = await connection.query<{ readonly name: string }>(
    `select column_name as name from information_schema.columns
     where table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  return rows.map(({ name }) => name);
}

function commandsFor(eventId: string, total: number) {
  const date = Date.now() + dayMs;
  return [
    {
      type: 'create',
      eventId,
      organizerId,
      title: 'Opening night',
      date,
      total,
      saleWindow: { opensAt: null, closesAt: date },
      policy: {
        quantityPerBookingMax: 10,
        activeBookingsPerUserMax: 1,
        holdDurationMs: 600_000,
        holdPauseMs: 0,
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
      },
    },
    { type: 'open', organizerId },
  ] as const;
}
