import { randomUUID } from 'node:crypto';
import {
  archiveEvent,
  type Archiving,
  type Database,
  linesOfParts,
  readParts,
  relayOutbox,
} from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { commitOne, eventOnSale, give, reserveBy } from './fixture.ts';

/** Everything that a test makes is over by then. */
export const soon = () => Date.now() + 86_400_000;

/** An event that is over: one booking sold, one cancelled, one held and then sold; closed, and told to all. */
export async function endedEvent(database: Database): Promise<string> {
  const eventId = await eventOnSale(database, { total: 10, date: Date.now() - 1_000 });
  const held = reserveBy('ann', { quantity: 2 });
  await give(database, eventId, held);
  await give(database, eventId, { type: 'confirm', bookingId: held.bookingId, userId: 'ann' });
  await give(database, eventId, { ...reserveBy('bob', { quantity: 3 }), type: 'book' });
  const back = reserveBy('cat');
  await give(database, eventId, back);
  await give(database, eventId, { type: 'cancel', bookingId: back.bookingId, userId: 'cat' });
  await closeAndTell(database, eventId);
  return eventId;
}

/** Ends an event's sale, and delivers all changes of all events. */
export async function closeAndTell(database: Database, eventId: string): Promise<void> {
  const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
  await commitOne<Command>(database, eventId, [close]);
  await tellAll(database);
}

export async function tellAll(database: Database): Promise<void> {
  await relayOutbox(database, { changeCountMax: 10_000, deliver: async () => {} });
}

/** Archives an event, two rows of a table at a time. */
export function archive(
  database: Database,
  eventId: string,
  { signal, endedBefore = soon() }: { signal?: AbortSignal; endedBefore?: number } = {},
): Promise<Archiving> {
  const bounds = { rowCountPerRemoval: 2, signal: signal ?? new AbortController().signal };
  return archiveEvent(database, eventId, { endedBefore, ...bounds });
}

/** Rows of an event in the tables, but for its own. */
export async function rowCounts({ pool }: Database, eventId: string) {
  const { rows } = await pool.query<{ bookings: number; ledger: number; outbox: number }>(
    `select (select count(*)::int from bookings where event_id = $1) as bookings,
       (select count(*)::int from ledger where event_id = $1) as ledger,
       (select count(*)::int from outbox where event_id = $1) as outbox`,
    [eventId],
  );
  return rows[0] ?? { bookings: Number.NaN, ledger: Number.NaN, outbox: Number.NaN };
}

/** The lines of an event's archive. */
export async function archivedLines(database: Database, eventId: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOfParts(readParts(database, eventId))) lines.push(line);
  return lines;
}

/** An order of a seat of each of these events, sold. */
export function orderOf(eventIds: readonly string[], userId = 'olga') {
  const lines = eventIds.map((eventId) => ({ eventId, quantity: 1 }));
  return { type: 'placeOrder', orderId: randomUUID(), userId, as: 'confirmed', lines } as const;
}
