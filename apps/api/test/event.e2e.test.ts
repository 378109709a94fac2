import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Caller,
  callerOf,
  callerWith,
  eventOnSale,
  faultOf,
  someEvent,
  startApi,
  type TestApi,
} from './api.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let olga: Caller;
let oscar: Caller;
let admin: Caller;
let user: Caller;
let nobody: Caller;

beforeAll(async () => {
  api = await startApi();
  olga = await callerOf(api, 'olga', 'organizer');
  oscar = await callerOf(api, 'oscar', 'organizer');
  admin = await callerOf(api, 'root', 'admin');
  user = await callerOf(api, 'ada', 'user');
  nobody = callerWith(api, null);
});

afterAll(() => api.stop());

const notFound = { fault: 'not_found', httpStatus: 404, code: 'NOT_FOUND' };

describe('the life of an event', () => {
  test('a new event is a draft with defaults', async () => {
    const event = someEvent();
    expect(await olga.event.create.mutate(event)).toEqual({
      status: 'accepted',
      event: {
        id: event.eventId,
        organizerId: 'olga',
        title: event.title,
        date: '2999-06-01T20:00:00.000Z',
        status: 'draft',
        saleWindow: { opensAt: null, closesAt: '2999-06-01T20:00:00.000Z', followsDate: true },
        publishedAt: null,
        policy: {
          quantityPerBookingMax: 10,
          activeBookingsPerUserMax: 1,
          holdDurationMs: 600_000,
          holdPauseMs: 0,
          cancelDeadlineMs: null,
          holdExtensionMaxMs: 0,
          extendsWhenSoldOut: true,
        },
        seatCount: 100,
        availableSeats: 100,
        heldSeats: 0,
        version: 1,
      },
      notes: [],
    });
  });

  test('a draft that is called off stays its own; what was on sale once is for all to see', async () => {
    const [draft, shown] = [someEvent(), someEvent()];
    for (const { eventId, ...event } of [draft, shown]) {
      await olga.event.create.mutate({ eventId, ...event });
    }
    await olga.event.open.mutate({ eventId: shown.eventId });
    for (const { eventId } of [draft, shown]) {
      await olga.event.close.mutate({ eventId, as: 'cancelled' });
    }
    const cancelled = { status: 'cancelled' };
    for (const stranger of [nobody, user, oscar]) {
      expect(await faultOf(stranger.event.get.query({ eventId: draft.eventId }))).toEqual(notFound);
      expect(await stranger.event.get.query({ eventId: shown.eventId })).toMatchObject(cancelled);
    }
    for (const manager of [olga, admin]) {
      const seen = await manager.event.get.query({ eventId: draft.eventId });
      expect(seen).toMatchObject({ ...cancelled, publishedAt: null });
    }
  });

  test('creating it again changes nothing; another one under its id is refused', async () => {
    const event = someEvent();
    const first = await olga.event.create.mutate(event);
    expect(await olga.event.create.mutate(event)).toEqual(first);
    const refusal = { status: 'refused', reason: 'id_taken' };
    expect(await olga.event.create.mutate({ ...event, seatCount: 7 })).toMatchObject(refusal);
    expect(await oscar.event.create.mutate(event)).toMatchObject(refusal);
  });

  test('its organizer updates, opens, resizes and closes it', async () => {
    const { eventId } = someEvent();
    await olga.event.create.mutate(someEvent({ eventId }));
    const updated = await olga.event.update.mutate({ eventId, title: 'Another evening' });
    expect(updated).toMatchObject({ event: { title: 'Another evening', status: 'draft' } });
    expect(await olga.event.open.mutate({ eventId })).toMatchObject({
      event: { status: 'on_sale' },
    });
    const resized = await olga.event.setCapacity.mutate({ eventId, seatCount: 7 });
    expect(resized).toMatchObject({ event: { seatCount: 7, availableSeats: 7 } });
    expect(await olga.event.close.mutate({ eventId })).toMatchObject({
      event: { status: 'closed', version: 5 },
    });
    expect(await olga.event.close.mutate({ eventId, as: 'cancelled' })).toMatchObject({
      event: { status: 'cancelled' },
    });
    expect(await olga.event.open.mutate({ eventId })).toMatchObject({ reason: 'event_cancelled' });
  });

  test('it never gets fewer seats than are taken', async () => {
    const eventId = await eventOnSale(olga);
    await user.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 5 });
    expect(await olga.event.setCapacity.mutate({ eventId, seatCount: 4 })).toMatchObject({
      status: 'refused',
      reason: 'capacity_below_taken',
    });
  });

  test('a window that closes before it opens is refused', async () => {
    const saleWindow = { opensAt: '2998-01-02T00:00:00Z', closesAt: '2998-01-01T00:00:00Z' };
    expect(await olga.event.create.mutate(someEvent({ saleWindow }))).toMatchObject({
      status: 'refused',
      reason: 'invalid_rules',
    });
  });
});

describe("another organizer's event is as one that does not exist", () => {
  test('to every command', async () => {
    const theirs = await eventOnSale(olga);
    const commands: ((eventId: string) => Promise<unknown>)[] = [
      (eventId) => oscar.event.update.mutate({ eventId, title: 'Mine now' }),
      (eventId) => oscar.event.open.mutate({ eventId }),
      (eventId) => oscar.event.close.mutate({ eventId }),
      (eventId) => oscar.event.close.mutate({ eventId, as: 'cancelled' }),
      (eventId) => oscar.event.setCapacity.mutate({ eventId, seatCount: 1 }),
    ];
    for (const command of commands) {
      const refusal = await command(theirs);
      expect(refusal).toMatchObject({ status: 'refused', reason: 'event_not_found' });
      expect(await command(randomUUID())).toEqual(refusal);
    }
    expect(await olga.event.get.query({ eventId: theirs })).toMatchObject({
      title: 'An evening of names',
      status: 'on_sale',
      seatCount: 100,
      version: 2,
    });
  });

  test('to whoever asks for its bookings', async () => {
    const theirs = await eventOnSale(olga);
    expect(await faultOf(oscar.event.bookings.query({ eventId: theirs }))).toEqual(notFound);
    expect(await faultOf(oscar.event.bookings.query({ eventId: randomUUID() }))).toEqual(notFound);
  });

  test('while it is a draft, to everybody else', async () => {
    const draft = someEvent();
    await olga.event.create.mutate(draft);
    const { eventId } = draft;
    for (const caller of [oscar, user, nobody]) {
      expect(await faultOf(caller.event.get.query({ eventId }))).toEqual(notFound);
    }
    for (const caller of [olga, admin]) {
      expect(await caller.event.get.query({ eventId })).toMatchObject({ status: 'draft' });
    }
    await olga.event.open.mutate({ eventId });
    expect(await nobody.event.get.query({ eventId })).toMatchObject({ status: 'on_sale' });
  });
});

describe('an admin', () => {
  test("manages anybody's event in the name of its organizer", async () => {
    const event = someEvent();
    const { eventId } = event;
    await olga.event.create.mutate(event);
    const answers = [
      await admin.event.update.mutate({ eventId, title: 'Approved' }),
      await admin.event.open.mutate({ eventId }),
      await admin.event.setCapacity.mutate({ eventId, seatCount: 50 }),
      await admin.event.close.mutate({ eventId }),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'accepted', event: { organizerId: 'olga' } });
    }
    expect(await admin.event.bookings.query({ eventId })).toEqual({ items: [], nextCursor: null });
  });

  test('gets the same refusal for an event that is missing', async () => {
    expect(await admin.event.open.mutate({ eventId: randomUUID() })).toEqual({
      status: 'refused',
      reason: 'event_not_found',
      message: 'There is no such event. Check the event id.',
    });
  });
});

test("an event's bookings come in pages to its organizer, the oldest first, with their users", async () => {
  const eventId = await eventOnSale(olga);
  const ids = ['u1', 'u2', 'u3'].map((userId) => ({ userId, id: randomUUID() }));
  for (const { userId, id } of ids) {
    const caller = await callerOf(api, userId, 'user');
    await caller.booking.book.mutate({ eventId, bookingId: id, quantity: 1 });
  }
  const first = await olga.event.bookings.query({ eventId, limit: 2 });
  const second = await olga.event.bookings.query({ eventId, cursor: first.nextCursor ?? '' });
  expect(second.nextCursor).toBeNull();
  const seen = [...first.items, ...second.items].map(({ userId, id }) => ({ userId, id }));
  expect(seen).toEqual(ids);
});

test("an event's bookings are searched by user, by id and by status, over plain HTTP too", async () => {
  const eventId = await eventOnSale(olga);
  const [held, sold] = [randomUUID(), randomUUID()];
  const [ann, ben] = [await callerOf(api, 'ann', 'user'), await callerOf(api, 'ben', 'user')];
  await ann.booking.reserve.mutate({ eventId, bookingId: held, quantity: 1 });
  await ben.booking.book.mutate({ eventId, bookingId: sold, quantity: 2 });
  const searched = async (search: object) => {
    const { items } = await olga.event.bookings.query({ eventId, ...search });
    return items.map(({ id }) => id);
  };
  expect(await searched({ userId: 'ann' })).toEqual([held]);
  expect(await searched({ bookingId: sold.toUpperCase() })).toEqual([sold]);
  expect(await searched({ status: 'confirmed' })).toEqual([sold]);
  expect(await searched({ userId: 'ann', status: 'confirmed' })).toEqual([]);
  expect(await searched({ userId: 'ann', bookingId: sold })).toEqual([]);
  expect(await searched({ bookingId: randomUUID() })).toEqual([]);
  expect(await faultOf(oscar.event.bookings.query({ eventId, bookingId: sold }))).toEqual(notFound);
  const plain = `${api.url}/api/events/${eventId}/bookings?status=held&userId=ann`;
  const authorization = `Bearer ${await tokenOf('olga', 'organizer')}`;
  const answer = await fetch(plain, { headers: { authorization } });
  const { items } = z.object({ items: z.array(z.unknown()) }).parse(await answer.json());
  expect(items).toEqual([
    expect.objectContaining({ id: held, userId: 'ann', createdAt: expect.any(String) }),
  ]);
});

describe('the list of events', () => {
  test('has what is on sale, by date, in pages, from a date on', async () => {
    const dates = ['3001-01-01T00:00:00Z', '3003-01-01T00:00:00Z', '3002-01-01T00:00:00Z'];
    const ids: string[] = [];
    for (const date of dates) ids.push(await eventOnSale(oscar, { date }));
    await olga.event.create.mutate(someEvent({ date: '3001-06-01T00:00:00Z' }));
    const from = '3001-01-01T00:00:00Z';
    const first = await nobody.event.list.query({ from, limit: 2 });
    const second = await nobody.event.list.query({
      from,
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    const seen = [...first.items, ...second.items].map((event) => event.id);
    expect(seen).toEqual([ids[0], ids[2], ids[1]]);
    expect(second.nextCursor).toBeNull();
  });

  test('can leave out what has no seat left', async () => {
    const from = '3010-01-01T00:00:00Z';
    const soldOut = await eventOnSale(oscar, { date: from, seatCount: 1 });
    const open = await eventOnSale(oscar, { date: from, seatCount: 1 });
    await user.booking.book.mutate({ eventId: soldOut, bookingId: randomUUID(), quantity: 1 });
    const ids = async (onlyAvailable: boolean) => {
      const { items } = await nobody.event.list.query({ from, onlyAvailable });
      return items.map((event) => event.id).toSorted();
    };
    expect(await ids(false)).toEqual([soldOut, open].toSorted());
    expect(await ids(true)).toEqual([open]);
  });

  test('begins with what is to come, unless a date is asked for', async () => {
    const sale = { saleWindow: { closesAt: null } };
    const over = await eventOnSale(oscar, { date: '2020-01-01T00:00:00Z', ...sale });
    const next = new Date(Date.now() + 60_000).toISOString();
    const toCome = await eventOnSale(oscar, { date: next, ...sale });
    const first = async (more: object) => {
      const { items } = await nobody.event.list.query({ limit: 1, maxAgeMs: 0, ...more });
      return items.map((event) => event.id);
    };
    expect(await first({})).toEqual([toCome]);
    expect(await first({ onlyAvailable: true })).toEqual([toCome]);
    expect(await first({ from: '2020-01-01T00:00:00Z' })).toEqual([over]);
  });

  test('of what can be bought leaves out sales that have not begun or are over', async () => {
    const from = '3020-01-01T00:00:00Z';
    const sale = (saleWindow: { opensAt?: string; closesAt?: string | null }) =>
      eventOnSale(oscar, { date: from, saleWindow });
    await sale({ opensAt: '3019-01-01T00:00:00Z' });
    await sale({ closesAt: '2020-01-01T00:00:00Z' });
    const open = await sale({});
    const { items } = await nobody.event.list.query({ from, onlyAvailable: true });
    expect(items.map((event) => event.id)).toEqual([open]);
  });

  test('of my own has my drafts, and nobody elses', async () => {
    const nora = await callerOf(api, 'nora', 'organizer');
    const draft = someEvent();
    await nora.event.create.mutate(draft);
    const { items } = await nora.event.list.query({ mine: true });
    expect(items.map((event) => event.id)).toEqual([draft.eventId]);
    expect(await faultOf(nobody.event.list.query({ mine: true }))).toMatchObject({
      fault: 'unauthenticated',
    });
  });
});
