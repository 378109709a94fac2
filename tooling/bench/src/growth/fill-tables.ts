import { commit } from '@holdfast/data';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { copyEvent, openEvents } from '../load/events.ts';
import type { Place } from '../stand.ts';
import type { GrowthLevel } from './plan.ts';

/** Seats that one commit sells. */
const groupSize = 50;

/** Rows that one statement copies. */
const copiedBookingsMax = 100_000;

/** And events: where there are no bookings, they are what takes time. */
const copiedEventsMax = 5_000;

const tables = ['events', 'bookings', 'ledger', 'outbox'];

/**
 * Fills the tables with sold events. The first is sold by `commit`, as every event is, and the others
 * are copies of its rows in all tables, so every invariant holds. Constraints and unique indexes are
 * checked for every row.
 *
 * @example await fillTables(place, { eventCount: 1_000, bookingsEach: 1_000 }, tell)
 */
export async function fillTables(
  { database, databaseUrl }: Pick<Place, 'database' | 'databaseUrl'>,
  { eventCount, bookingsEach }: GrowthLevel,
  onProgress: (bookings: number) => void,
): Promise<void> {
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount: bookingsEach });
  for (let sold = 0; sold < bookingsEach; sold += groupSize) {
    const size = Math.min(groupSize, bookingsEach - sold);
    const claims = Array.from({ length: size }, (_, index) => claimOf(sold + index));
    await commit(database, eventId, claims);
  }
  // A connection of its own: here a statement may take longer than one of a booking.
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`set synchronous_commit = off; set maintenance_work_mem = '512MB'`);
    await withoutIndexes(client, async () => {
      const atATime = Math.max(1, Math.min(copiedEventsMax, copiedBookingsMax / bookingsEach));
      for (let copied = 1; copied < eventCount; copied += atATime) {
        const count = Math.min(atATime, eventCount - copied);
        await copyEvent(
          client,
          eventId,
          Array.from({ length: count }, () => v7()),
        );
        onProgress((copied + count) * bookingsEach);
      }
    });
    // What autovacuum does in time. Else it would do it while something is measured.
    for (const table of tables) await client.query(`vacuum (analyze) ${table}`);
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** To make an index of all rows at the end takes a third of the time of adding each of them to it. */
async function withoutIndexes(client: Client, work: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
     from pg_index
     where indrelid = any($1::text[]::regclass[])
       and not exists (select from pg_constraint where conindid = indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  await work();
  for (const { definition } of rows) await client.query(definition);
}

function claimOf(index: number) {
  return { type: 'book', bookingId: v7(), userId: `grown-${index}`, quantity: 1 } as const;
}
