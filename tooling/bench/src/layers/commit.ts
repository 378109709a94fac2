import { commitGroups, createKnownEvents, openDatabase } from '@holdfast/data';
import { v7 } from 'uuid';
import { openEvents } from '../load/events.ts';
import { type LayerRow, rateOf } from './layer.ts';

const groupSizes = [1, 50, 500];
const eventsTogether = 100;
const seatCount = 10_000_000;

/** The writer, called straight: one group after the other, each on disk before the next begins. */
export async function measureCommit(
  databaseUrl: string,
  durationMs: number,
): Promise<readonly LayerRow[]> {
  const database = await openDatabase({ url: databaseUrl, applicationName: 'holdfast-bench' });
  try {
    const eventIds = await openEvents(database, { count: eventsTogether, seatCount });
    const known = createKnownEvents();
    const commitOn = (some: readonly string[], size: number) =>
      Promise.all(
        commitGroups(
          database,
          some.map((eventId) => newGroup(eventId, size)),
          known,
        ),
      );
    const rows: LayerRow[] = [];
    for (const size of groupSizes) {
      const work = () => commitOn(eventIds.slice(0, 1), size);
      const perSecond = await rateOf(durationMs, size, work);
      rows.push({
        layer: 'commit',
        what: `groups of ${size}, one event`,
        unit: 'seats',
        perSecond,
      });
    }
    const together = await rateOf(durationMs, eventsTogether, () => commitOn(eventIds, 1));
    const what = `${eventsTogether} events together, one seat each`;
    return [...rows, { layer: 'commit', what, unit: 'seats', perSecond: together }];
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
