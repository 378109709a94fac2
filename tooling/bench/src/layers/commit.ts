import { commitGroups, createKnownEvents, openDatabase } from '@holdfast/data';
import { v7 } from 'uuid';
import { openEvents } from '../load/events.ts';
import { type LayerRow, measureLayer } from './layer.ts';

const groupSizes = [1, 50, 500];
const eventsTogether = 100;
const seatCount = 10_000_000;
const told = { layer: 'commit', unit: 'seats' } as const;

/** The writer, called straight: one group after the other, each on disk before the next begins. */
export async function measureCommit(
  databaseUrl: string,
  durationMs: number,
): Promise<readonly LayerRow[]> {
  const database = await openDatabase({ url: databaseUrl, applicationName: 'holdfast-bench' });
  try {
    const eventIds = await openEvents(database, { count: eventsTogether, seatCount });
    const known = createKnownEvents();
    const commitOn = (some: readonly string[], size: number) => {
      const groups = some.map((eventId) => newGroup(eventId, size));
      return Promise.all(commitGroups(database, groups, known));
    };
    const rows: LayerRow[] = [];
    for (const count of groupSizes) {
      const work = () => commitOn(eventIds.slice(0, 1), count);
      const what = `groups of ${count}, one event`;
      rows.push(await measureLayer({ ...told, what, count, work }, durationMs));
    }
    const what = `${eventsTogether} events together, one seat each`;
    const together = { ...told, what, count: eventsTogether, work: () => commitOn(eventIds, 1) };
    return [...rows, await measureLayer(together, durationMs)];
  } finally {
    await database.close();
  }
}

function newGroup(eventId: string, size: number) {
  const commands = Array.from(
    { length: size },
    () => ({ type: 'book', bookingId: v7(), userId: v7(), quantity: 1 }) as const,
  );
  return { eventId, commands, isFirstAttempt: true };
}
