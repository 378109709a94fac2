import { randomInt, randomUUID } from 'node:crypto';
import { median } from '@holdfast/command';
import {
  auditNext,
  commitGroups,
  createKnownEvents,
  type Database,
  findEventNow,
  findEventsToSweep,
  listBookingsOfEvent,
  listBookingsOfUser,
  listEvents,
  relayOutbox,
} from '@holdfast/data';
import { timedCount } from './plan.ts';

/** Milliseconds, the median, by what was asked. */
export type Times = Readonly<Record<string, number>>;

interface Shop {
  readonly database: Database;
  /** Events that are on sale. */
  readonly liveIds: readonly string[];
  readonly userCount: number;
}

type Query = (shop: Shop) => Promise<unknown>;

const pageSize = 20;

function oneOf(ids: readonly string[]): string {
  return ids[randomInt(ids.length)] ?? '';
}

/** What a shop asks all day, and what its worker does. */
const queries: Readonly<Record<string, Query>> = {
  'book a seat': async ({ database, liveIds }) => {
    const claim = { bookingId: randomUUID(), userId: randomUUID(), quantity: 1 };
    const commands = [{ type: 'book', ...claim } as const];
    const group = { eventId: oneOf(liveIds), commands, isFirstAttempt: false };
    const [committed] = await Promise.all(commitGroups(database, [group], createKnownEvents()));
    if (committed?.outcomes[0]?.status !== 'accepted') throw new Error('A seat was not sold.');
  },
  'event.get': ({ database, liveIds }) => findEventNow(database, oneOf(liveIds)),
  'event.list': ({ database }) =>
    listEvents(database, {
      from: null,
      organizerId: null,
      onlyAvailable: true,
      after: null,
      limit: pageSize,
    }),
  'booking.mine': ({ database, userCount }) =>
    listBookingsOfUser(database, {
      userId: `user-${randomInt(userCount)}`,
      after: null,
      limit: pageSize,
    }),
  'event.bookings': ({ database, liveIds }) =>
    listBookingsOfEvent(database, { eventId: oneOf(liveIds), after: null, limit: pageSize }),
  'look for lapsed holds': ({ database }) => findEventsToSweep(database, { limit: 100 }),
  relay: ({ database }) =>
    relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} }),
  'audit a part': ({ database }) => auditNext(database, { after: randomUUID(), weightMax: 2_000 }),
};

/** @example (await timeQueries(shop))['book a seat'] // 2.1 */
export async function timeQueries(shop: Shop): Promise<Times> {
  const times: Record<string, number> = {};
  for (const [name, query] of Object.entries(queries)) {
    const taken: number[] = [];
    for (let count = 0; count < timedCount; count += 1) {
      const beganAt = performance.now();
      await query(shop);
      taken.push(performance.now() - beganAt);
    }
    times[name] = Math.round(median(taken) * 100) / 100;
  }
  return times;
}
