import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Caller,
  callerOf,
  eventOnSale,
  faultOf,
  someEvent,
  startApi,
  type TestApi,
} from './api.ts';

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

const aDate = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const notFound = { fault: 'not_found', httpStatus: 404, code: 'NOT_FOUND' };

function expiryOf(answer: object): unknown {
  return 'expiresAt' in answer ? answer.expiresAt : undefined;
}

test('an order over two events is held, confirmed and given back as one, by its user alone', async () => {
  const eventIds = [await eventOnSale(organizer), await eventOnSale(organizer)];
  const [orderId, key] = [randomUUID(), eventIds[0] ?? ''];
  const lines = eventIds.map((eventId) => ({ eventId, quantity: 2 }));
  const held = await ada.order.place.mutate({ orderId, lines });
  const bookings = eventIds.map((eventId) => ({ eventId, id: orderId, status: 'held' }));
  expect(held).toMatchObject({ id: orderId, status: 'held', expiresAt: aDate, bookings });
  const missing = { status: 'refused', reason: 'order_not_found', eventId: null, line: null };
  expect(await bob.order.confirm.mutate({ orderId })).toMatchObject(missing);
  expect(await faultOf(bob.order.get.query({ orderId }))).toMatchObject(notFound);
  const again = { orderId: randomUUID(), lines: lines.toReversed() };
  expect(await ada.order.place.mutate(again)).toMatchObject({
    reason: 'bookings_over_limit',
    eventId: eventIds[1],
    line: 0,
    activeBookings: [{ id: orderId, eventId: eventIds[1] }],
  });
  expect(await ada.order.confirm.mutate({ orderId })).toMatchObject({ status: 'confirmed' });
  expect(await ada.order.get.query({ orderId })).toMatchObject({ status: 'confirmed' });
  // Each of its bookings is one of the user's own, and may be given back alone.
  await ada.booking.cancel.mutate({ eventId: key, bookingId: orderId });
  expect(await ada.order.get.query({ orderId })).toMatchObject({ status: 'mixed' });
  expect(await ada.order.cancel.mutate({ orderId })).toMatchObject({ status: 'ended' });
});

describe('the life of a booking', () => {
  test('reserve holds seats until a time, and confirm makes a sale of the hold', async () => {
    const eventId = await eventOnSale(organizer);
    const bookingId = randomUUID();
    const held = await ada.booking.reserve.mutate({ eventId, bookingId, quantity: 2 });
    expect(held).toEqual({
      id: bookingId,
      eventId,
      quantity: 2,
      status: 'held',
      expiresAt: aDate,
      expiresInMs: expect.any(Number),
    });
    // Ten minutes, less what the answer took.
    const { expiresInMs } = held as { expiresInMs: number };
    expect(expiresInMs).toBeLessThanOrEqual(600_000);
    expect(expiresInMs).toBeGreaterThan(540_000);
    const confirmed = await ada.booking.confirm.mutate({ eventId, bookingId });
    expect(confirmed).toEqual({
      id: bookingId,
      eventId,
      quantity: 2,
      status: 'confirmed',
      confirmedAt: aDate,
    });
    expect(await ada.booking.get.query({ eventId, bookingId })).toEqual(confirmed);
    const event = await bob.event.get.query({ eventId });
    expect(event).toMatchObject({ seatCount: 100, availableSeats: 98, heldSeats: 0, version: 4 });
  });

  test('book is both at once, and cancel gives the seats back', async () => {
    const eventId = await eventOnSale(organizer);
    const bookingId = randomUUID();
    const booked = await ada.booking.book.mutate({ eventId, bookingId, quantity: 3 });
    expect(booked).toMatchObject({ status: 'confirmed', quantity: 3 });
    const cancelled = await ada.booking.cancel.mutate({ eventId, bookingId });
    expect(cancelled).toEqual({
      id: bookingId,
      eventId,
      quantity: 3,
      status: 'cancelled',
      cancelledAt: aDate,
      cancelledBy: 'user',
    });
    expect(await bob.event.get.query({ eventId })).toMatchObject({ availableSeats: 100 });
  });

  test('extend lets a hold last longer, where the policy lets it', async () => {
    const policy = { holdExtensionMaxMs: 60_000, holdDurationMs: 60_000 };
    const eventId = await eventOnSale(organizer, { policy });
    const hold = { eventId, bookingId: randomUUID() };
    const held = await ada.booking.reserve.mutate({ ...hold, quantity: 1 });
    await expect
      .poll(async () => (await ada.booking.extend.mutate(hold)) as { expiresAt?: string })
      .toMatchObject({
        status: 'held',
        expiresAt: expect.not.stringMatching(String(expiryOf(held))),
      });
    expect(await bob.booking.extend.mutate(hold)).toMatchObject({ reason: 'booking_not_found' });
    const short = { eventId: await eventOnSale(organizer), bookingId: randomUUID() };
    await ada.booking.reserve.mutate({ ...short, quantity: 1 });
    expect(await ada.booking.extend.mutate(short)).toMatchObject({ reason: 'hold_not_extendable' });
  });

  test('changeQuantity gives back a part of a sale, or lets it grow, and a late repeat undoes nothing', async () => {
    const eventId = await eventOnSale(organizer);
    const sale = { eventId, bookingId: randomUUID() };
    const booked = await ada.booking.book.mutate({ ...sale, quantity: 3 });
    const part = { ...sale, quantity: 1, expectedQuantity: 3 };
    const change = (caller: Caller, input: typeof part) =>
      caller.booking.changeQuantity.mutate(input);
    for (let times = 0; times < 2; times += 1) {
      expect(await change(ada, part)).toEqual({ ...booked, quantity: 1 });
    }
    expect(await bob.event.get.query({ eventId, maxAgeMs: 0 })).toMatchObject({
      availableSeats: 99,
    });
    const grown = { ...sale, quantity: 4, expectedQuantity: 1 };
    expect(await change(ada, grown)).toEqual({ ...booked, quantity: 4 });
    expect(await change(ada, part)).toMatchObject({ reason: 'quantity_changed' });
    expect(await change(bob, grown)).toMatchObject({ reason: 'booking_not_found' });
    expect(await ada.booking.book.mutate({ ...sale, quantity: 3 })).toMatchObject({ quantity: 4 });
    const input = { ...sale, quantity: 0 };
    expect(await faultOf(ada.booking.changeQuantity.mutate(input))).toMatchObject({
      fault: 'bad_input',
    });
  });

  test('whoever asks again is told which bookings they have, and nothing of others', async () => {
    const eventId = await eventOnSale(organizer, { policy: { activeBookingsPerUserMax: 2 } });
    const [hold, sale] = [randomUUID(), randomUUID()];
    await bob.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    await ada.booking.reserve.mutate({ eventId, bookingId: hold, quantity: 2 });
    await ada.booking.book.mutate({ eventId, bookingId: sale, quantity: 3 });
    const again = { eventId, bookingId: randomUUID(), quantity: 1 };
    for (const command of [ada.booking.reserve, ada.booking.book]) {
      expect(await command.mutate(again)).toEqual({
        status: 'refused',
        reason: 'bookings_over_limit',
        message: expect.stringContaining('as many active bookings'),
        activeBookings: [
          {
            id: hold,
            eventId,
            quantity: 2,
            status: 'held',
            expiresAt: aDate,
            expiresInMs: expect.any(Number),
          },
          { id: sale, eventId, quantity: 3, status: 'confirmed', confirmedAt: aDate },
        ],
      });
    }
  });

  test('a hold that replaces another one has its place, for no longer', async () => {
    const eventId = await eventOnSale(organizer);
    const [first, second] = [randomUUID(), randomUUID()];
    const held = await ada.booking.reserve.mutate({ eventId, bookingId: first, quantity: 2 });
    const replacement = { eventId, bookingId: second, quantity: 3, replace: true };
    expect(await ada.booking.reserve.mutate(replacement)).toMatchObject({
      id: second,
      status: 'held',
      quantity: 3,
      expiresAt: 'expiresAt' in held && held.expiresAt,
    });
    expect(await ada.booking.get.query({ eventId, bookingId: first })).toMatchObject({
      status: 'cancelled',
      cancelledBy: 'replacement',
    });
    expect(await bob.event.get.query({ eventId })).toMatchObject({ heldSeats: 3 });
  });

  test('after a hold that was given back its user waits for the pause of the policy, and nobody else', async () => {
    const eventId = await eventOnSale(organizer, { policy: { holdPauseMs: 60_000 } });
    const [first, second] = [randomUUID(), randomUUID()];
    await ada.booking.reserve.mutate({ eventId, bookingId: first, quantity: 1 });
    await ada.booking.cancel.mutate({ eventId, bookingId: first });
    const again = { eventId, bookingId: second, quantity: 1 };
    for (const command of [ada.booking.reserve, ada.booking.book]) {
      expect(await command.mutate(again)).toEqual({
        status: 'refused',
        reason: 'hold_paused',
        message:
          'A hold of the user for this event ended without a sale a short time ago. Wait until the pause of the policy (holdPauseMs) is over, and ask again.',
      });
    }
    const repeated = await ada.booking.reserve.mutate({ ...again, bookingId: first });
    expect(repeated).toMatchObject({ id: first, status: 'cancelled' });
    expect(await bob.booking.reserve.mutate({ ...again, bookingId: randomUUID() })).toMatchObject({
      status: 'held',
    });
    const policy = (await organizer.event.get.query({ eventId })).policy;
    await organizer.event.update.mutate({ eventId, policy: { ...policy, holdPauseMs: 0 } });
    expect(await ada.booking.reserve.mutate(again)).toMatchObject({ status: 'held' });
  });

  test('a hold that lapsed reads as expired, and is confirmed only where its seats may be taken again', async () => {
    const policy = { holdDurationMs: 100 };
    const eventId = await eventOnSale(organizer, { policy });
    const bookingId = randomUUID();
    await ada.booking.reserve.mutate({ eventId, bookingId, quantity: 1 });
    await expect
      .poll(() => ada.booking.get.query({ eventId, bookingId }))
      .toEqual({ id: bookingId, eventId, quantity: 1, status: 'expired', expiredAt: aDate });
    expect(await ada.booking.confirm.mutate({ eventId, bookingId })).toMatchObject({
      status: 'refused',
      reason: 'hold_lapsed',
    });
    const late = { eventId, bookingId, ifLapsed: 'reacquire' } as const;
    for (let webhook = 1; webhook <= 2; webhook += 1) {
      expect(await ada.booking.confirm.mutate(late)).toMatchObject({ status: 'confirmed' });
    }
  });

  test('repeating a call with the same id answers the same booking', async () => {
    const eventId = await eventOnSale(organizer);
    const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
    const first = await ada.booking.book.mutate(claim);
    expect(await ada.booking.book.mutate(claim)).toEqual(first);
    const upperCase = { ...claim, bookingId: claim.bookingId.toUpperCase() };
    expect(await ada.booking.book.mutate(upperCase)).toEqual(first);
    expect(await bob.event.get.query({ eventId })).toMatchObject({ availableSeats: 99 });
  });
});

describe('a refusal is data: a reason and a sentence', () => {
  test('sold out', async () => {
    const eventId = await eventOnSale(organizer, { seatCount: 1 });
    await ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    const answer = await bob.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    expect(answer).toEqual({
      status: 'refused',
      reason: 'sold_out',
      message: 'Not enough seats are left. Ask for fewer, or try again when seats come back.',
    });
  });

  test('more than the policy allows, an event that does not exist, one that is not on sale', async () => {
    const eventId = await eventOnSale(organizer);
    const bookingId = randomUUID();
    const refusal = async (claim: { eventId: string; quantity: number }) =>
      await ada.booking.reserve.mutate({ bookingId, ...claim });
    expect(await refusal({ eventId, quantity: 11 })).toMatchObject({
      reason: 'quantity_over_limit',
    });
    const missing = { eventId: randomUUID(), quantity: 1 };
    expect(await refusal(missing)).toMatchObject({ reason: 'event_not_found' });
    await organizer.event.close.mutate({ eventId });
    expect(await refusal({ eventId, quantity: 1 })).toMatchObject({ reason: 'event_closed' });
  });
});

test("another organizer's draft is as nothing to who wants seats of it", async () => {
  const oscar = await callerOf(api, 'oscar', 'organizer');
  const draft = someEvent();
  const calledOff = someEvent();
  await oscar.event.create.mutate(draft);
  await oscar.event.create.mutate(calledOff);
  await oscar.event.close.mutate({ eventId: calledOff.eventId, as: 'cancelled' });
  const bookingId = randomUUID();
  const answersOf = async (caller: Caller, eventId: string) => [
    await caller.booking.reserve.mutate({ eventId, bookingId, quantity: 1 }),
    await caller.booking.book.mutate({ eventId, bookingId, quantity: 1 }),
    await caller.booking.confirm.mutate({ eventId, bookingId }),
    await caller.booking.cancel.mutate({ eventId, bookingId }),
  ];
  for (const caller of [ada, organizer]) {
    const ofNothing = await answersOf(caller, randomUUID());
    expect(await answersOf(caller, draft.eventId)).toEqual(ofNothing);
    expect(await answersOf(caller, calledOff.eventId)).toEqual(ofNothing);
  }
  const reasonsFor = async ({ eventId }: { eventId: string }) =>
    (await answersOf(oscar, eventId)).map((answer) => 'reason' in answer && answer.reason);
  expect(await reasonsFor(draft)).toEqual([
    'not_on_sale',
    'not_on_sale',
    'booking_not_found',
    'booking_not_found',
  ]);
  expect((await reasonsFor(calledOff)).slice(0, 2)).toEqual(['event_cancelled', 'event_cancelled']);
});

describe("another user's booking is as one that does not exist", () => {
  test('to read, to confirm and to cancel', async () => {
    const eventId = await eventOnSale(organizer);
    const bookingId = randomUUID();
    await ada.booking.reserve.mutate({ eventId, bookingId, quantity: 1 });
    const [theirs, missing] = [
      { eventId, bookingId },
      { eventId, bookingId: randomUUID() },
    ];
    for (const stranger of [bob, await callerOf(api, 'oscar', 'organizer')]) {
      expect(await faultOf(stranger.booking.get.query(theirs))).toEqual(notFound);
      expect(await faultOf(stranger.booking.get.query(missing))).toEqual(notFound);
      for (const verb of ['confirm', 'cancel'] as const) {
        const refusal = await stranger.booking[verb].mutate(theirs);
        expect(refusal).toMatchObject({ status: 'refused', reason: 'booking_not_found' });
        expect(await stranger.booking[verb].mutate(missing)).toEqual(refusal);
      }
    }
    expect(await ada.booking.get.query(theirs)).toMatchObject({ status: 'held' });
  });

  test('its id is taken, and nothing more is said', async () => {
    const eventId = await eventOnSale(organizer);
    const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
    await ada.booking.book.mutate(claim);
    const answer = await bob.booking.book.mutate(claim);
    expect(Object.keys(answer)).toEqual(['status', 'reason', 'message']);
    expect(answer).toMatchObject({ status: 'refused', reason: 'id_taken' });
  });

  test('the list of my bookings has none of it', async () => {
    const eventId = await eventOnSale(organizer);
    await ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    const eve = await callerOf(api, 'eve', 'user');
    expect(await eve.booking.mine.query()).toEqual({ items: [], nextCursor: null });
  });
});

test('my bookings come in pages, the newest first, each booking once', async () => {
  const eventId = await eventOnSale(organizer, { policy: { activeBookingsPerUserMax: 10 } });
  const carol = await callerOf(api, 'carol', 'user');
  const ids = Array.from({ length: 5 }, () => randomUUID());
  for (const bookingId of ids) {
    await carol.booking.book.mutate({ eventId, bookingId, quantity: 1 });
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Caller['booking']['mine']['query']>> =
      await carol.booking.mine.query({ limit: 2, ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map((booking) => booking.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(ids.toReversed());
});

test('a cursor from when bookings were sorted by id is bad input, and says what to do', async () => {
  const old = { kind: 'bookings', position: { id: randomUUID(), eventId: randomUUID() } };
  const cursor = Buffer.from(JSON.stringify(old)).toString('base64url');
  expect(await faultOf(ada.booking.mine.query({ cursor }))).toMatchObject({
    fault: 'bad_input',
    httpStatus: 400,
    fields: [{ path: 'cursor', message: expect.stringContaining('leave it out to begin anew') }],
  });
});

test('a hundred callers for fifty seats get fifty', async () => {
  const eventId = await eventOnSale(organizer, { seatCount: 50 });
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const caller = await callerOf(api, `buyer ${index}`, 'user');
      return await caller.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
    }),
  );
  const statuses = answers.map((answer) => answer.status);
  expect(statuses.filter((status) => status === 'confirmed')).toHaveLength(50);
  expect(statuses.filter((status) => status === 'refused')).toHaveLength(50);
  expect(await ada.event.get.query({ eventId })).toMatchObject({ availableSeats: 0 });
});
