import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, someEvent, startApi, type TestApi } from './api.ts';

let api: TestApi;
let olga: Caller;
let ada: Caller;
let bob: Caller;

beforeAll(async () => {
  api = await startApi();
  olga = await callerOf(api, 'olga', 'organizer');
  ada = await callerOf(api, 'ada', 'user');
  bob = await callerOf(api, 'bob', 'user');
});

afterAll(() => api.stop());

const past = '2001-01-01T00:00:00Z';
const fault = (reason: string, fix: string) => ({
  status: 'refused',
  reason,
  message: expect.stringContaining(fix),
});

describe('the end of a sale', () => {
  test('moves with the date where it was never given', async () => {
    const eventId = await eventOnSale(olga, { date: '2999-06-01T20:00:00Z' });
    const moved = await olga.event.update.mutate({ eventId, date: '3000-06-01T20:00:00Z' });
    expect(moved).toMatchObject({
      event: { saleWindow: { closesAt: '3000-06-01T20:00:00.000Z', followsDate: true } },
      notes: [],
    });
  });

  test('stays where it was given, and is told where it then lies after the event', async () => {
    const closesAt = '2999-05-01T00:00:00.000Z';
    const eventId = await eventOnSale(olga, { saleWindow: { closesAt } });
    expect(await olga.event.update.mutate({ eventId, date: '2999-04-01T20:00:00Z' })).toMatchObject(
      {
        event: { saleWindow: { closesAt, followsDate: false } },
        notes: [{ note: 'sale_outlives_event', message: expect.stringContaining("'date'") }],
      },
    );
    const again = { eventId, saleWindow: { closesAt: 'date' } } as const;
    expect(await olga.event.update.mutate(again)).toMatchObject({
      event: { saleWindow: { closesAt: '2999-04-01T20:00:00.000Z', followsDate: true } },
      notes: [],
    });
  });

  test('is not moved to where it makes no sense, and the refusal has the fix', async () => {
    const opensAt = '2998-01-01T00:00:00Z';
    const eventId = await eventOnSale(olga, { saleWindow: { opensAt } });
    const update = olga.event.update.mutate;
    expect(await update({ eventId, date: opensAt })).toEqual(
      fault('invalid_rules', 'Change opensAt, closesAt, the date or the policy.'),
    );
    expect(await update({ eventId, saleWindow: { closesAt: opensAt } })).toMatchObject({
      reason: 'invalid_rules',
    });
    const open = await eventOnSale(olga);
    const fix = 'Move the date or closesAt to a time in the future.';
    for (const change of [{ date: past }, { saleWindow: { opensAt: null, closesAt: past } }]) {
      expect(await update({ eventId: open, ...change })).toEqual(fault('sale_already_over', fix));
    }
  });

  test('that has passed keeps an event from being opened', async () => {
    const event = someEvent({ date: past });
    await olga.event.create.mutate(event);
    const { eventId } = event;
    expect(await olga.event.open.mutate({ eventId })).toEqual(
      fault('sale_already_over', 'to a time in the future'),
    );
    await olga.event.update.mutate({ eventId, date: '2999-01-01T00:00:00Z' });
    expect(await olga.event.open.mutate({ eventId })).toMatchObject({ status: 'accepted' });
  });
});

test('a policy is changed in part', async () => {
  const eventId = await eventOnSale(olga);
  const changed = await olga.event.update.mutate({ eventId, policy: { quantityPerBookingMax: 3 } });
  expect(changed).toMatchObject({
    event: {
      policy: {
        quantityPerBookingMax: 3,
        activeBookingsPerUserMax: 1,
        holdDurationMs: 600_000,
      },
    },
  });
});

test('a closed sale is opened again, and sells what came back meanwhile', async () => {
  const eventId = await eventOnSale(olga, { seatCount: 1 });
  const first = { eventId, bookingId: randomUUID() };
  await ada.booking.book.mutate({ ...first, quantity: 1 });
  await olga.event.close.mutate({ eventId });
  await ada.booking.cancel.mutate(first);
  const claim = { eventId, bookingId: randomUUID(), quantity: 1, isFirstAttempt: true };
  expect(await bob.booking.book.mutate(claim)).toMatchObject({ reason: 'event_closed' });
  expect(await olga.event.open.mutate({ eventId })).toMatchObject({ event: { status: 'on_sale' } });
  expect(await bob.booking.book.mutate(claim)).toMatchObject({ status: 'confirmed' });
});

describe('a command given again', () => {
  test('makes no second event, and answers it as it is by then', async () => {
    const event = someEvent();
    await olga.event.create.mutate(event);
    const { eventId } = event;
    await olga.event.update.mutate({ eventId, title: 'Renamed' });
    await olga.event.setCapacity.mutate({ eventId, seatCount: 7 });
    expect(await olga.event.create.mutate(event)).toMatchObject({
      status: 'accepted',
      event: { title: 'Renamed', seatCount: 7, version: 3 },
    });
    const taken = { status: 'refused', reason: 'id_taken' };
    expect(await olga.event.create.mutate({ ...event, title: 'Renamed' })).toMatchObject(taken);
    expect(await olga.event.create.mutate({ ...event, seatCount: 7 })).toMatchObject(taken);
  });

  test('late undoes nothing, where it says what it was decided upon', async () => {
    const eventId = await eventOnSale(olga);
    const { version } = await olga.event.get.query({ eventId });
    const first = { eventId, seatCount: 150, expectedVersion: version };
    expect(await olga.event.setCapacity.mutate(first)).toMatchObject({ status: 'accepted' });
    expect(await olga.event.setCapacity.mutate(first)).toMatchObject({ status: 'accepted' });
    await ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    const second = { eventId, seatCount: 200, expectedVersion: version + 1 };
    // The sale in between is no change of the organizer's.
    expect(await olga.event.setCapacity.mutate(second)).toMatchObject({ status: 'accepted' });
    const fix = 'Read the event, and decide again.';
    for (const late of [
      olga.event.setCapacity.mutate(first),
      olga.event.update.mutate({ eventId, title: 'Old', expectedVersion: version }),
      olga.event.close.mutate({ eventId, expectedVersion: version }),
      olga.event.close.mutate({ eventId, as: 'cancelled', expectedVersion: version }),
    ]) {
      expect(await late).toEqual(fault('event_changed', fix));
    }
    expect(await olga.event.get.query({ eventId, maxAgeMs: 0 })).toMatchObject({ seatCount: 200 });
    // Negative control: one that does not say so undoes it.
    await olga.event.setCapacity.mutate({ eventId, seatCount: 150 });
    expect(await olga.event.get.query({ eventId, maxAgeMs: 0 })).toMatchObject({ seatCount: 150 });
  });
});

describe('an event that was called off', () => {
  test('has ended its bookings for whoever looks, though nothing has swept them', async () => {
    const eventId = await eventOnSale(olga);
    const [held, sold] = [randomUUID(), randomUUID()];
    await ada.booking.reserve.mutate({ eventId, bookingId: held, quantity: 2 });
    await bob.booking.book.mutate({ eventId, bookingId: sold, quantity: 3 });
    await olga.event.close.mutate({ eventId, as: 'cancelled' });
    const ended = { status: 'cancelled', cancelledBy: 'organizer' };
    const seen = await ada.booking.get.query({ eventId, bookingId: held });
    expect(seen).toMatchObject(ended);
    expect((await bob.booking.mine.query()).items).toContainEqual(
      expect.objectContaining({ id: sold, ...ended }),
    );
    const { items } = await olga.event.bookings.query({ eventId });
    expect(items).toHaveLength(2);
    for (const item of items) expect(item).toMatchObject(ended);
    // Commands see the same.
    expect(await ada.booking.cancel.mutate({ eventId, bookingId: held })).toEqual(seen);
    expect(await ada.booking.reserve.mutate({ eventId, bookingId: held, quantity: 2 })).toEqual(
      seen,
    );
    for (const [caller, bookingId] of [
      [ada, held],
      [bob, sold],
    ] as const) {
      expect(await caller.booking.confirm.mutate({ eventId, bookingId })).toMatchObject({
        reason: 'event_cancelled',
      });
    }
  });
});
