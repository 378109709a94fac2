import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, faultOf, startApi, type TestApi } from './api.ts';

let api: TestApi;
let organizer: Caller;
let ada: Caller;
let bob: Caller;

beforeAll(async () => {
  api = await startApi();
  organizer = await callerOf(api, 'olga', 'organizer');
  ada = await callerOf(api, 'ada', 'user');
  bob = await callerOf(api, 'bob', 'user');
});

afterAll(() => api.stop());

const notFound = { fault: 'not_found', httpStatus: 404, code: 'NOT_FOUND' };

describe("another user's booking", () => {
  test("is open to who manages its event: they look at it, and act on the user's behalf", async () => {
    const admin = await callerOf(api, 'root', 'admin');
    for (const manager of [organizer, admin]) {
      const eventId = await eventOnSale(organizer);
      const theirs = { eventId, bookingId: randomUUID() };
      const onBehalfOf = { userId: 'ada', reason: 'asked by telephone' };
      const act = { ...theirs, onBehalfOf };
      await manager.booking.reserve.mutate({ ...act, quantity: 12 });
      expect(await manager.booking.confirm.mutate(act)).toMatchObject({ status: 'confirmed' });
      expect(await ada.booking.get.query(theirs)).toMatchObject({ quantity: 12 });
      expect(await manager.booking.get.query(theirs)).toMatchObject({ status: 'confirmed' });
      for (const verb of ['confirm', 'cancel'] as const) {
        const refusal = await manager.booking[verb].mutate(theirs);
        expect(refusal).toMatchObject({ reason: 'booking_not_found' });
      }
      expect(await manager.booking.cancel.mutate(act)).toMatchObject({ status: 'cancelled' });
      const role = manager === admin ? 'admin' : 'organizer';
      expect(await ada.booking.get.query(theirs)).toMatchObject({ cancelledBy: role });
      const { items } = await manager.booking.history.query(theirs);
      const actor = {
        userId: manager === admin ? 'root' : 'olga',
        role,
        reason: onBehalfOf.reason,
      };
      expect(items.map(({ type, actor: by }) => [type, by])).toEqual([
        ['booking_cancelled', actor],
        ['booking_confirmed', actor],
        ['booking_held', actor],
      ]);
      expect(await manager.event.get.query({ eventId, maxAgeMs: 0 })).toMatchObject({
        availableSeats: 100,
      });
    }
  });

  test('is closed to who does not: they act for nobody there, and hear no more than of no event', async () => {
    const eventId = await eventOnSale(organizer);
    const theirs = { eventId, bookingId: randomUUID() };
    await ada.booking.book.mutate({ ...theirs, quantity: 1 });
    const onBehalfOf = { userId: 'ada', reason: 'to do harm' };
    const oscar = await callerOf(api, 'oscar', 'organizer');
    const refusal = await oscar.booking.cancel.mutate({ ...theirs, onBehalfOf });
    const ofNothing = { eventId: randomUUID(), bookingId: randomUUID(), onBehalfOf };
    expect(refusal).toEqual(await oscar.booking.cancel.mutate(ofNothing));
    expect(refusal).toMatchObject({ reason: 'event_not_found' });
    for (const input of [theirs, ofNothing]) {
      const { eventId: ofEvent, bookingId } = input;
      const asked = oscar.booking.history.query({ eventId: ofEvent, bookingId });
      expect(await faultOf(asked)).toEqual(notFound);
    }
    const forbidden = await faultOf(bob.booking.cancel.mutate({ ...theirs, onBehalfOf }));
    expect(forbidden).toEqual(await faultOf(bob.booking.cancel.mutate(ofNothing)));
    expect(await ada.booking.get.query(theirs)).toMatchObject({ status: 'confirmed' });
  });
});

describe('a booking that moves', () => {
  test('is offered to another user, who sees it and takes it over; an organizer moves it at once', async () => {
    const eventId = await eventOnSale(organizer);
    const sale = { eventId, bookingId: randomUUID() };
    const booked = await ada.booking.book.mutate({ ...sale, quantity: 3 });
    const asked = { ...sale, toUserId: 'bob' };
    const refusal = { reason: 'booking_not_found' };
    expect(await bob.booking.accept.mutate(sale)).toMatchObject(refusal);
    expect(await bob.booking.transfer.mutate(asked)).toMatchObject(refusal);
    const offered = { ...booked, offer: { toUserId: 'bob', expiresAt: expect.any(String) } };
    expect(await ada.booking.transfer.mutate(asked)).toEqual(offered);
    expect(await bob.booking.get.query(sale)).toEqual(offered);
    expect(await ada.booking.transfer.mutate({ ...sale, toUserId: null })).toEqual(booked);
    expect(await faultOf(bob.booking.get.query(sale))).toMatchObject({ fault: 'not_found' });
    await ada.booking.transfer.mutate(asked);
    for (let times = 0; times < 2; times += 1) {
      expect(await bob.booking.accept.mutate(sale)).toEqual(booked);
    }
    expect(await bob.booking.get.query(sale)).toEqual(booked);
    expect(await faultOf(ada.booking.get.query(sale))).toMatchObject({ fault: 'not_found' });
    expect(await ada.booking.cancel.mutate(sale)).toMatchObject(refusal);
    expect(await ada.booking.book.mutate({ ...sale, quantity: 3 })).toMatchObject({
      reason: 'id_taken',
    });
    const onBehalfOf = { userId: 'bob', reason: 'asked by telephone' };
    const back = { ...sale, toUserId: 'ada', onBehalfOf };
    expect(await organizer.booking.transfer.mutate(back)).toEqual(booked);
    expect(await ada.booking.get.query(sale)).toEqual(booked);
    const { items } = await organizer.booking.history.query(sale);
    expect(items.slice(0, 2)).toMatchObject([
      { type: 'booking_transferred', userId: 'ada', actor: { userId: 'olga' } },
      { type: 'booking_transferred', userId: 'bob', actor: null },
    ]);
  });
});
