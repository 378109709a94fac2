import { commit, type Database } from '@holdfast/data';
import { v7 } from 'uuid';
import { copyEvent, openEvents } from '../load/events.ts';
import type { GrowthLevel } from './plan.ts';

/** Seats that one commit sells. */
const groupSize = 50;

/** Rows that one statement copies: a statement must end within its time. */
const copiedBookingsMax = 100_000;

/** And events: where there are no bookings, they are what takes time. */
const copiedEventsMax = 5_000;

/**
 * Fills the tables with sold events. The first is sold by `commit`, as every event is, and the others
 * are copies of its rows in all tables, so every invariant holds, and every constraint has been checked.
 *
 * @example await fillTables(database, { eventCount: 1_000, bookingsEach: 1_000 }, tell)
 */
export async function fillTables(
  database: Database,
  { eventCount, bookingsEach }: GrowthLevel,
  onProgress: (bookings: number) => void,
): Promise<void> {
  const [eventId = ''] = await openEvents(database, { count: 1, seatCount: bookingsEach });
  for (let sold = 0; sold < bookingsEach; sold += groupSize) {
    const size = Math.min(groupSize, bookingsEach - sold);
    const claims = Array.from({ length: size }, (_, index) => claimOf(sold + index));
    await commit(database, eventId, claims);
  }
  const atATime = Math.max(1, Math.min(copiedEventsMax, copiedBookingsMax / bookingsEach));
  for (let copied = 1; copied < eventCount; copied += atATime) {
    const count = Math.min(atATime, eventCount - copied);
    const copyIds = Array.from({ length: count }, () => v7());
    await copyEvent(database, eventId, copyIds);
    onProgress((copied + count) * bookingsEach);
  }
  // What autovacuum does in time. Else it would do it while something is measured.
  for (const table of ['events', 'bookings', 'ledger', 'outbox']) {
    await database.pool.query(`vacuum (analyze) ${table}`);
  }
  await database.pool.query('checkpoint');
}

function claimOf(index: number) {
  return { type: 'book', bookingId: v7(), userId: `grown-${index}`, quantity: 1 } as const;
}
