import { commitGroups, type Database } from '@holdfast/data';
import { v7 } from 'uuid';

const organizerId = 'organizer';
const dayMs = 24 * 60 * 60 * 1_000;

/** Events that are written in one transaction. */
const eventsPerCommit = 500;

/**
 * Puts so many new events on sale, with the api's default policy: one active booking a user. Gives
 * their ids.
 */
export async function openEvents(
  database: Database,
  { count, seatCount }: { readonly count: number; readonly seatCount: number },
): Promise<readonly string[]> {
  const eventIds = Array.from({ length: count }, () => v7());
  for (let first = 0; first < count; first += eventsPerCommit) {
    const some = eventIds.slice(first, first + eventsPerCommit);
    const groups = some.map((eventId) => ({
      eventId,
      commands: commandsFor(eventId, seatCount),
      isFirstAttempt: false,
    }));
    await Promise.all(commitGroups(database, groups));
  }
  return eventIds;
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
      },
    },
    { type: 'open', organizerId },
  ] as const;
}
