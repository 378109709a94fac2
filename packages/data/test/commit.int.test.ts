import { randomUUID } from 'node:crypto';
import { commit, type Database, findBooking, findEvent, listEvents } from '@holdfast/data';
import { lapsedHoldCountMax } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOf,
  answers,
  eventOnSale,
  expectSound,
  give,
  lapseHolds,
  openFresh,
  reserveBy,
} from './fixture.ts';
import { replayFromDatabase } from './replay.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(async () => {
  await expectSound(database);
  await database.close();
});

describe('commit', () => {
  test('writes the event, the booking, the ledger and the outbox together', async () => {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann', { quantity: 3 });
    const outcome = await give(database, eventId, reserve);
    expect(outcome).toMatchObject({ status: 'accepted', booking: { status: 'held', quantity: 3 } });
    expect(await findEvent(database, eventId)).toMatchObject({
      capacity: { total: 10, available: 7, held: 3 },
      version: 2,
    });
    const { rows } = await database.pool.query(
      'select version, available_seats, held_seats from outbox where event_id = $1 order by version',
      [eventId],
    );
    expect(rows).toEqual([
      { version: 1, available_seats: 10, held_seats: 0 },
      { version: 2, available_seats: 7, held_seats: 3 },
    ]);
  });

  test('answers a group in its order, and raises the version by one', async () => {
    const eventId = await eventOnSale(database, { total: 2 });
    const first = reserveBy('ann');
    const outcomes = await commit(database, eventId, [
      first,
      { type: 'confirm', bookingId: first.bookingId, userId: 'ann' },
      reserveBy('bob', { quantity: 2 }),
      { type: 'book', bookingId: randomUUID(), userId: 'cat', quantity: 1 },
      { type: 'cancel', bookingId: first.bookingId, userId: 'ann' },
      reserveBy('dan'),
    ]);
    expect(answers(outcomes)).toEqual([
      'held',
      'confirmed',
      'sold_out',
      'confirmed',
      'cancelled',
      'held',
    ]);
    expect((await findEvent(database, eventId))?.version).toBe(2);
  });

  test('writes nothing where nothing changes', async () => {
    const eventId = await eventOnSale(database, { total: 1 });
    const book = { type: 'book', bookingId: randomUUID(), userId: 'ann', quantity: 1 } as const;
    await give(database, eventId, book);
    const before = await findEvent(database, eventId);
    expect(answers(await commit(database, eventId, [book, reserveBy('bob')]))).toEqual([
      'confirmed',
      'sold_out',
    ]);
    expect(await findEvent(database, eventId)).toEqual(before);
  });

  test('refuses commands about an event that is not there', async () => {
    expect(await give(database, randomUUID(), reserveBy('ann'))).toEqual({
      status: 'refused',
      reason: 'event_not_found',
    });
  });

  test("tells by PostgreSQL's clock when a hold has lapsed, whatever the process believes", async () => {
    const eventId = await eventOnSale(database, { total: 1 });
    const { bookingId } = reserveBy('ann');
    await give(database, eventId, reserveBy('ann', { bookingId }));
    await lapseHolds(database, eventId);
    const confirm = { type: 'confirm', bookingId, userId: 'ann' } as const;
    expect(answers([await give(database, eventId, confirm)])).toEqual(['hold_lapsed']);
    expect(await findBooking(database, { eventId, bookingId })).toMatchObject({
      status: 'expired',
    });
    // Nothing has swept it; the next buyer gets its seat all the same.
    expect(answers([await give(database, eventId, reserveBy('bob'))])).toEqual(['held']);
  });

  test('gives a user the next place when the own lapsed hold is in the way', async () => {
    const eventId = await eventOnSale(database);
    await give(database, eventId, reserveBy('ann'));
    await lapseHolds(database, eventId);
    expect(answers([await give(database, eventId, reserveBy('ann'))])).toEqual(['held']);
  });

  test('sweeps lapsed holds, the longest lapsed first, as many as it is told', async () => {
    const eventId = await eventOnSale(database, { total: 3 });
    await commit(
      database,
      eventId,
      ['ann', 'bob', 'cat'].map((user) => reserveBy(user)),
    );
    await lapseHolds(database, eventId);
    const [outcome] = await commit(database, eventId, [{ type: 'expire', bookingCountMax: 2 }]);
    expect(outcome).toMatchObject({
      status: 'accepted',
      event: { capacity: { total: 3, available: 2, held: 1 } },
    });
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 2 }]);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 3, held: 0 });
  });

  test('sells under a sale window that ends in the last millisecond of the year 9999', async () => {
    const never = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    const saleWindow = { opensAt: null, closesAt: never };
    const eventId = await eventOnSale(database, { saleWindow, date: never });
    expect(answers([await give(database, eventId, reserveBy('ann'))])).toEqual(['held']);
    const page = { from: never, organizerId: null, onlyAvailable: false, after: null, limit: 9 };
    expect((await listEvents(database, page)).items).toMatchObject([{ id: eventId }]);
  });

  test('takes an id in any spelling for the same id', async () => {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann');
    const shouted = { ...reserve, bookingId: reserve.bookingId.toUpperCase() };
    expect(answers([await give(database, eventId.toUpperCase(), shouted)])).toEqual(['held']);
    expect(answers([await give(database, eventId, shouted)])).toEqual(['held']);
    const confirm = { type: 'confirm', bookingId: shouted.bookingId, userId: 'ann' } as const;
    expect(answers([await give(database, eventId, confirm)])).toEqual(['confirmed']);
  });

  test('refuses to make another event than the one it is given', async () => {
    const create = createOf(randomUUID());
    await expect(commit(database, randomUUID(), [create])).rejects.toThrow('was given to event');
  });

  test('sweeps first where more holds have lapsed than a group may look at', async () => {
    const total = lapsedHoldCountMax + 500;
    const eventId = await eventOnSale(database, {
      total,
      policy: { quantityPerBookingMax: total },
    });
    const users = Array.from({ length: total }, (_, index) => reserveBy(`user-${index}`));
    await commit(database, eventId, users);
    await lapseHolds(database, eventId);
    const all = reserveBy('ann', { quantity: total });
    expect(answers([await give(database, eventId, all)])).toEqual(['held']);
    expect((await findEvent(database, eventId))?.capacity).toEqual({
      total,
      available: 0,
      held: total,
    });
  });

  test('leaves a ledger whose replay is the state', async () => {
    const eventId = await eventOnSale(database, { policy: { activeBookingsPerUserMax: 3 } });
    const ofCat = reserveBy('cat');
    const [ofBob, ofEve] = [randomUUID(), randomUUID()];
    const kept = reserveBy('ann', { quantity: 2 });
    await give(database, eventId, kept);
    await give(database, eventId, { type: 'confirm', bookingId: kept.bookingId, userId: 'ann' });
    await give(database, eventId, reserveBy('ann'));
    await give(database, eventId, reserveBy('ann', { replace: true }));
    const late = reserveBy('dan');
    await give(database, eventId, late);
    await lapseHolds(database, eventId);
    await commit(database, eventId, [
      { type: 'expire', bookingCountMax: 10 },
      { ...late, type: 'confirm', ifLapsed: 'reacquire' },
      { ...late, type: 'cancel' },
      ofCat,
      { type: 'extend', bookingId: ofCat.bookingId, userId: 'cat' },
      reserveBy('cat', { replace: true }),
      { type: 'book', bookingId: ofBob, userId: 'bob', quantity: 4 },
      { type: 'changeQuantity', bookingId: ofBob, userId: 'bob', quantity: 2 },
      { type: 'book', bookingId: ofEve, userId: 'eve', quantity: 2 },
      { type: 'changeQuantity', bookingId: ofBob, userId: 'bob', quantity: 3 },
      { type: 'setCapacity', organizerId: 'organizer', total: 7 },
      {
        type: 'update',
        organizerId: 'organizer',
        title: 'A better concert',
        date: null,
        saleWindow: { opensAt: 1, closesAt: null },
        policy: null,
      },
      { type: 'close', organizerId: 'organizer', as: 'closed' },
    ]);
    for (const quantity of [1, 2, 1]) {
      const change = { type: 'changeQuantity', userId: 'bob', quantity } as const;
      await give(database, eventId, { ...change, bookingId: ofBob });
    }
    const part = { type: 'changeQuantity', bookingId: ofEve, userId: 'eve', quantity: 1 } as const;
    await give(database, eventId, part);
    await give(database, eventId, { type: 'cancel', bookingId: ofEve, userId: 'eve' });
    await expectSound(database);
    const replayed = await replayFromDatabase(database, eventId);
    expect(replayed.event).toEqual(await findEvent(database, eventId));
    for (const [bookingId, booking] of replayed.bookings) {
      expect(await findBooking(database, { eventId, bookingId })).toEqual({ ...booking, eventId });
    }
    expect(replayed.bookings.size).toBe(8);
  });
});
