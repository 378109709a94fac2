import { randomUUID } from 'node:crypto';
import {
  type Database,
  findBooking,
  findEvent,
  findEventsToSweep,
  listBookingsOfEvent,
} from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventOnSale, give, lapseHolds, openFresh, reserveBy } from './fixture.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

describe('bookings', () => {
  test('are read as of now: a lapsed hold is expired, swept or not', async () => {
    const eventId = await eventOnSale(database);
    const reserve = reserveBy('ann');
    await give(database, eventId, reserve);
    await lapseHolds(database, eventId);
    const { bookingId } = reserve;
    expect(await findBooking(database, { eventId, bookingId })).toMatchObject({
      status: 'expired',
    });
    const { items } = await listBookingsOfEvent(database, { eventId, after: null, limit: 1 });
    expect(items).toMatchObject([{ status: 'expired' }]);
    expect(await findEventsToSweep(database, { limit: 1_000 })).toContain(eventId);
  });

  test('and events that are not there are null', async () => {
    expect(await findEvent(database, randomUUID())).toBeNull();
    const missing = { eventId: randomUUID(), bookingId: randomUUID() };
    expect(await findBooking(database, missing)).toBeNull();
  });
});
