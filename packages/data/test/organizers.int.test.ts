import { randomUUID } from 'node:crypto';
import {
  commit,
  type Database,
  findBooking,
  findEvent,
  findEventsToSweep,
  listBookingsOfEvent,
  listBookingsOfUser,
  openDatabase,
} from '@holdfast/data';
import type { Command, OrganizerCommand } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answers,
  createOf,
  eventOnSale,
  expectSound,
  give,
  lapseHolds,
  openFresh,
  patience,
  reserveBy,
  unlockLedger,
} from './fixture.ts';
import { replayFromDatabase } from './replay.ts';

let database: Database;
let others: Database[];
beforeAll(async () => {
  const fresh = await openFresh({ poolSizeMax: 6 });
  database = fresh.database;
  const options = { ...patience(), url: fresh.url, poolSizeMax: 6 };
  others = await Promise.all([1, 2].map(() => openDatabase(options)));
});
afterAll(async () => {
  await Promise.all(others.map((other) => other.close()));
  await database.close();
});

const organizerId = 'organizer';
const callOff: OrganizerCommand = { type: 'close', organizerId, as: 'cancelled' };
const sweep = { type: 'expire', bookingCountMax: 1_000 } as const;

/** Gives an organizer's command, by any of the processes. */
async function order(eventId: string, command: Command, process = 0) {
  const [outcome] = await commit([database, ...others][process % 3] ?? database, eventId, [
    command,
  ]);
  return outcome?.status === 'refused' ? outcome.reason : outcome?.status;
}

describe('a create that is repeated', () => {
  test('by many at once makes one event, and all hear of it', async () => {
    const create = createOf(randomUUID());
    const ordered = Array.from({ length: 30 }, (_, index) => order(create.eventId, create, index));
    expect(new Set(await Promise.all(ordered))).toEqual(new Set(['accepted']));
    expect((await findEvent(database, create.eventId))?.version).toBe(1);
  });

  test('while others change the event is accepted, and undoes nothing', async () => {
    const create = createOf(randomUUID());
    const { eventId } = create;
    await order(eventId, create);
    const ordered = Array.from({ length: 30 }, (_, index) =>
      order(
        eventId,
        index % 2 === 0 ? create : { type: 'setCapacity', organizerId, total: 100 + index },
        index,
      ),
    );
    expect(new Set(await Promise.all(ordered))).toEqual(new Set(['accepted']));
    expect((await findEvent(database, eventId))?.capacity.total).toBeGreaterThan(100);
    expect(await order(eventId, { ...create, total: 99 })).toBe('id_taken');
    expect(await order(eventId, { ...create, organizerId: 'rival' })).toBe('id_taken');
    await expectSound(database);
  });

  test('is compared with the event as it is, once the beginning of its ledger is gone', async () => {
    const { database: own } = await openFresh({ poolSizeMax: 2 });
    const create = createOf(randomUUID());
    const { eventId } = create;
    await commit(own, eventId, [create, { type: 'setCapacity', organizerId, total: 12 }]);
    await unlockLedger(own);
    await own.pool.query('delete from ledger');
    const again = async (total: number) => (await commit(own, eventId, [{ ...create, total }]))[0];
    expect(await again(12)).toMatchObject({ status: 'accepted', transitions: [] });
    expect(await again(10)).toMatchObject({ status: 'refused', reason: 'id_taken' });
    await own.close();
  });
});

describe('changes that were decided upon the same version', () => {
  const totals = Array.from({ length: 12 }, (_, index) => 50 + index);
  const resize = (seen: { expectedVersion?: number }) => (total: number, index: number) =>
    ({ command: { type: 'setCapacity', organizerId, total, ...seen }, index }) as const;

  test('are made by one of many at once, though others sell meanwhile', async () => {
    const eventId = await eventOnSale(database, { total: 40 });
    const { version: expectedVersion } = (await findEvent(database, eventId)) ?? { version: 0 };
    const sales = totals.map((total) => give(database, eventId, reserveBy(`user-${total}`)));
    const orders = totals
      .map(resize({ expectedVersion }))
      .map(({ command, index }) => order(eventId, command, index));
    const found = await Promise.all(orders);
    expect(found.filter((answer) => answer === 'accepted')).toHaveLength(1);
    expect(found.filter((answer) => answer === 'event_changed')).toHaveLength(11);
    expect(new Set(answers(await Promise.all(sales)))).toEqual(new Set(['held']));
    await expectSound(database);
  });

  test('are all made where none of them says so', async () => {
    const eventId = await eventOnSale(database, { total: 40 });
    const orders = totals
      .map(resize({}))
      .map(({ command, index }) => order(eventId, command, index));
    expect(new Set(await Promise.all(orders))).toEqual(new Set(['accepted']));
  });
});

/** An event with a hold, a sale, a hold that lapsed and one that was given back; their ids by user. */
async function booked() {
  const eventId = await eventOnSale(database, { total: 20 });
  const ids = { late: '', back: '', held: '', sold: '' };
  for (const userId of ['late', 'back', 'held', 'sold'] as const) {
    const reserve = reserveBy(userId, { quantity: 2 });
    ids[userId] = reserve.bookingId;
    await give(database, eventId, reserve);
    if (userId === 'late') await lapseHolds(database, eventId);
  }
  await give(database, eventId, { type: 'cancel', bookingId: ids.back, userId: 'back' });
  await give(database, eventId, { type: 'confirm', bookingId: ids.sold, userId: 'sold' });
  return { eventId, ids };
}

describe('an event that was called off', () => {
  test('shows its bookings ended at once, and the same once they are swept', async () => {
    const { eventId, ids } = await booked();
    await order(eventId, callOff);
    const cancelledAt = (await findEvent(database, eventId))?.cancelledAt;
    const ended = { status: 'cancelled', cancelledBy: 'organizer', cancelledAt };
    const isSwept = async () =>
      !(await findEventsToSweep(database, { limit: 99 })).includes(eventId);
    for (const swept of [false, true]) {
      if (swept) await order(eventId, sweep);
      expect(await isSwept()).toBe(swept);
      const { items } = await listBookingsOfEvent(database, { eventId, after: null, limit: 9 });
      const byUser = Object.fromEntries(items.map((item) => [item.userId, item]));
      expect(byUser).toMatchObject({
        late: { status: 'expired' },
        back: { status: 'cancelled', cancelledBy: 'user' },
        held: ended,
        sold: ended,
      });
      const mine = await listBookingsOfUser(database, { userId: 'sold', after: null, limit: 9 });
      expect(mine.items.find(({ id }) => id === ids.sold)).toMatchObject(ended);
      expect(await findBooking(database, { eventId, bookingId: ids.held })).toMatchObject(ended);
      const again = await give(database, eventId, {
        type: 'cancel',
        bookingId: ids.sold,
        userId: 'sold',
      });
      expect(again).toMatchObject({ booking: ended });
    }
    expect((await findEvent(database, eventId))?.capacity).toEqual({
      total: 20,
      available: 20,
      held: 0,
    });
    const replayed = await replayFromDatabase(database, eventId);
    expect(replayed.event).toEqual(await findEvent(database, eventId));
    expect([...replayed.bookings.values()].map(({ status }) => status).toSorted()).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
      'expired',
    ]);
    await expectSound(database);
  });

  test('is swept in bounded commits, each of which goes on where the last one ended', async () => {
    const eventId = await eventOnSale(database, { total: 25 });
    const users = Array.from({ length: 25 }, (_, index) => reserveBy(`user-${index}`));
    await commit(database, eventId, users);
    await order(eventId, callOff);
    let afterBookingId: string | undefined;
    const counts: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const [outcome] = await commit(database, eventId, [
        { type: 'expire', bookingCountMax: 10, afterBookingId },
      ]);
      const transitions = outcome?.status === 'accepted' ? outcome.transitions : [];
      counts.push(transitions.length);
      const last = transitions.at(-1);
      if (last !== undefined && 'bookingId' in last) afterBookingId = last.bookingId;
    }
    expect(counts).toEqual([10, 10, 5, 0]);
    expect(await findEventsToSweep(database, { limit: 99 })).not.toContain(eventId);
    await expectSound(database);
  });

  test('in the midst of confirms, cancels and sweeps leaves nobody with a booking', async () => {
    const eventId = await eventOnSale(database, { total: 60 });
    const reserves = Array.from({ length: 60 }, (_, index) => reserveBy(`user-${index}`));
    await commit(database, eventId, reserves);
    const storm = reserves.map(async ({ bookingId, userId }, index) => {
      const type = index % 3 === 0 ? 'cancel' : 'confirm';
      const process = [database, ...others][index % 3] ?? database;
      return give(process, eventId, { type, bookingId, userId });
    });
    const sweeps = [0, 1, 2].map(async (process) => {
      await order(eventId, callOff, process);
      return order(eventId, sweep, process);
    });
    const found = answers(await Promise.all(storm));
    await Promise.all(sweeps);
    for (const answer of found) {
      expect(['confirmed', 'cancelled', 'event_cancelled']).toContain(answer);
    }
    await order(eventId, sweep);
    const { items } = await listBookingsOfEvent(database, { eventId, after: null, limit: 99 });
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['cancelled']));
    expect((await findEvent(database, eventId))?.capacity.available).toBe(60);
    await expectSound(database);
  });
});
