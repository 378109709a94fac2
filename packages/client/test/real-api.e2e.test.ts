import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findEvent, listBookingsOfEvent } from '@holdfast/data';
import { type Cut, startTcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHoldfastClient, HoldfastError, newId } from '../src/index.ts';
import {
  clientOf,
  eventOnSale,
  expectSound,
  type RealApi,
  startRealApi,
  tokenOf,
} from './real-api.ts';

let api: RealApi;
beforeAll(async () => {
  api = await startRealApi();
});
afterEach(async () => {
  await expectSound(api.database);
});
afterAll(async () => {
  await api.stop();
});

/** What stands in the database: the bookings of an event. */
async function bookingsOf(eventId: string) {
  return (await listBookingsOfEvent(api.database, { eventId, after: null, limit: 100 })).items;
}

describe('a call whose connection is cut', () => {
  test.each<[string, Cut[]]>([
    ['before the request got through', ['before_request']],
    ['after it was done, before the answer', ['before_answer']],
    ['three times', ['before_answer', 'before_request', 'before_answer']],
  ])('%s, books once, and answers with that booking', async (_, cuts) => {
    const eventId = await eventOnSale(api.url);
    await using proxy = await startTcpProxy(api.url);
    proxy.cutNext(...cuts.map((cut) => ({ cut })));
    const { booking } = clientOf(proxy.url, 'ann');
    const answer = await booking.book({ eventId, quantity: 2 });
    expect(answer).toMatchObject({ status: 'confirmed', eventId, quantity: 2 });
    expect(proxy.connectionCount).toBe(cuts.length + 1);
    expect(await bookingsOf(eventId)).toMatchObject([
      { id: 'id' in answer ? answer.id : null, status: 'confirmed', userId: 'ann' },
    ]);
    expect((await findEvent(api.database, eventId))?.capacity.available).toBe(8);
  });

  test('until the retries are used up, is unknown, and the same id settles it', async () => {
    const eventId = await eventOnSale(api.url);
    const cuts: Cut[] = ['before_answer', 'before_answer', 'before_answer', 'before_answer'];
    await using proxy = await startTcpProxy(api.url);
    proxy.cutNext(...cuts.map((cut) => ({ cut })));
    const { booking } = clientOf(proxy.url, 'ann');
    const first = await booking.reserve({ eventId, quantity: 1 });
    if (first.status !== 'unknown') throw new Error(`not in doubt: ${first.status}`);
    const second = await booking.reserve({ eventId, quantity: 1, bookingId: first.bookingId });
    expect(second).toMatchObject({ status: 'held', id: first.bookingId });
    expect(await bookingsOf(eventId)).toHaveLength(1);
  });

  test('places an order once, in all of its events, under the id that was made for it', async () => {
    const eventIds = [await eventOnSale(api.url), await eventOnSale(api.url)];
    const lines = eventIds.map((eventId) => ({ eventId, quantity: 2 }));
    await using proxy = await startTcpProxy(api.url);
    const cuts: Cut[] = ['before_answer', 'before_request', 'before_answer', 'before_answer'];
    proxy.cutNext(...cuts.map((cut) => ({ cut })));
    const { order } = clientOf(proxy.url, 'ann');
    const first = await order.place({ lines });
    // All attempts of one call were cut: it is in doubt, and the same id settles it.
    if (first.status !== 'unknown') throw new Error(`not in doubt: ${first.status}`);
    const { orderId } = first;
    expect(await order.place({ lines, orderId })).toMatchObject({ id: orderId, status: 'held' });
    proxy.cutNext({ cut: 'before_answer' });
    expect(await order.confirm({ orderId })).toMatchObject({ id: orderId, status: 'confirmed' });
    for (const eventId of eventIds) {
      const stored = { id: orderId, status: 'confirmed', userId: 'ann', quantity: 2 };
      expect(await bookingsOf(eventId)).toMatchObject([stored]);
    }
    const { rows } = await api.database.pool.query('select from orders where user_id = $1', [
      'ann',
    ]);
    expect(rows).toHaveLength(1);
  });

  test('leaves nothing of an order that is refused, whose answer names the line', async () => {
    const [plenty, few] = [await eventOnSale(api.url), await eventOnSale(api.url, 1)];
    const lines = [
      { eventId: plenty, quantity: 1 },
      { eventId: few, quantity: 2 },
    ];
    await using proxy = await startTcpProxy(api.url);
    proxy.cutNext({ cut: 'before_answer' });
    const { order } = clientOf(proxy.url, 'ann');
    const answer = await order.place({ lines, as: 'confirmed' });
    expect(answer).toMatchObject({ status: 'refused', reason: 'sold_out', eventId: few, line: 1 });
    expect(proxy.connectionCount).toBe(2);
    expect([...(await bookingsOf(plenty)), ...(await bookingsOf(few))]).toEqual([]);
  });

  test('makes one event', async () => {
    await using proxy = await startTcpProxy(api.url);
    proxy.cutNext({ cut: 'before_answer' });
    const retry = { backoffBaseMs: 1 };
    const token = tokenOf('otto', 'organizer');
    const { event } = createHoldfastClient({ url: proxy.url, token, retry });
    const made = await event.create({ title: 'Once', date: '2999-01-01T20:00:00Z', seatCount: 1 });
    expect(made).toMatchObject({ status: 'accepted', event: { title: 'Once' } });
    const { items } = await event.list({ mine: true });
    expect(items).toHaveLength(1);
  });
});

describe('the calls', () => {
  test('of a user, from the hold to the end', async () => {
    const eventId = await eventOnSale(api.url);
    const { booking } = clientOf(api.url, 'ben');
    let bookingId = newId();
    expect(await booking.reserve({ eventId, bookingId, quantity: 2 })).toMatchObject({
      status: 'held',
      id: bookingId,
      expiresAt: expect.stringMatching(/Z$/),
    });
    const bookingOfThree = { eventId, bookingId: newId(), quantity: 3, replace: true };
    expect(await booking.reserve(bookingOfThree)).toMatchObject({ status: 'held', quantity: 3 });
    expect((await booking.get({ eventId, bookingId })).status).toBe('cancelled');
    expect((await booking.reserve({ ...bookingOfThree, bookingId })).status).toBe('refused');
    ({ bookingId } = bookingOfThree);
    expect((await booking.confirm({ eventId, bookingId })).status).toBe('confirmed');
    expect((await booking.get({ eventId, bookingId })).status).toBe('confirmed');
    expect((await booking.mine()).items).toMatchObject([{ id: bookingId }, {}]);
    expect((await booking.cancel({ eventId, bookingId })).status).toBe('cancelled');
    expect(await booking.confirm({ eventId, bookingId })).toMatchObject({
      status: 'refused',
      reason: 'booking_cancelled',
    });
  });

  test('of an organizer, and of somebody who only looks', async () => {
    const eventId = await eventOnSale(api.url, 5);
    const { event } = createHoldfastClient({ url: api.url, token: tokenOf('olga', 'organizer') });
    const { booking } = clientOf(api.url, 'cat');
    await booking.book({ eventId, quantity: 3 });
    expect(await event.setCapacity({ eventId, seatCount: 2 })).toMatchObject({
      status: 'refused',
      reason: 'capacity_below_taken',
    });
    expect(await event.update({ eventId, title: 'A better concert' })).toMatchObject({
      status: 'accepted',
      event: { title: 'A better concert', availableSeats: 2 },
    });
    expect((await event.bookings({ eventId })).items).toMatchObject([{ userId: 'cat' }]);
    const file = await new Response(await event.exportBookings({ eventId })).text();
    expect(file).toMatch(/^"booking_id","user_id",.*\r\n"[^"]+","cat","confirmed","3",.*\r\n$/);
    await expect(event.exportBookings({ eventId: newId() })).rejects.toThrow(
      expect.objectContaining({ fault: 'not_found' }),
    );
    expect(await event.close({ eventId })).toMatchObject({ event: { status: 'closed' } });
    const anybody = createHoldfastClient({ url: api.url });
    expect(await anybody.event.get({ eventId })).toMatchObject({ status: 'closed', seatCount: 5 });
    expect(await anybody.health.ready()).toMatchObject({ status: 'ready' });
    expect(await anybody.health.live()).toEqual({ status: 'live' });
  });

  test('in one batch, more than fit into one request', async () => {
    const eventId = await eventOnSale(api.url, 5);
    await using proxy = await startTcpProxy(api.url);
    const users = Array.from({ length: 25 }, () => newId());
    const { event } = clientOf(proxy.url, 'dan', { batch: true });
    const seen = await Promise.all(users.map(() => event.get({ eventId })));
    expect(seen.map(({ id }) => id)).toEqual(users.map(() => eventId));
    expect(proxy.connectionCount).toBeLessThan(25);
    const { booking } = clientOf(proxy.url, 'dan', { batch: true });
    const answers = await Promise.all([1, 2, 3].map(() => booking.book({ eventId, quantity: 1 })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      'confirmed',
      'refused',
      'refused',
    ]);
  });
});

describe('what is wrong', () => {
  test('with an input, is named by field', async () => {
    const call = clientOf(api.url, 'ann').booking.reserve({ eventId: 'x', quantity: 0 });
    const error = await call.catch((reason: unknown) => reason);
    if (!(error instanceof HoldfastError)) throw new Error('not a HoldfastError');
    expect(error).toMatchObject({ fault: 'bad_input', code: 'BAD_REQUEST', httpStatus: 400 });
    expect(error.fields.map(({ path }) => path).toSorted()).toEqual(['eventId', 'quantity']);
  });

  test.each([
    ['unauthenticated', 401, () => createHoldfastClient({ url: api.url }).booking.mine()],
    [
      'unauthenticated',
      401,
      () => createHoldfastClient({ url: api.url, token: 'a.b.c' }).booking.mine(),
    ],
    ['forbidden', 403, () => clientOf(api.url, 'ann').event.open({ eventId: newId() })],
    ['not_found', 404, () => clientOf(api.url, 'ann').event.get({ eventId: newId() })],
    [
      'payload_too_large',
      413,
      () => clientOf(api.url, 'ann').booking.book({ eventId: 'x'.repeat(100_000), quantity: 1 }),
    ],
  ])('otherwise, has its code: %s, %d', async (fault, httpStatus, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'HoldfastError', fault, httpStatus });
  });

  test('with the expectations of a user, is an answer', async () => {
    const eventId = await eventOnSale(api.url, 1);
    expect(await clientOf(api.url, 'ann').booking.book({ eventId, quantity: 2 })).toMatchObject({
      status: 'refused',
      reason: 'sold_out',
      message: expect.any(String),
    });
  });
});

describe('the example', () => {
  const path = fileURLToPath(new URL('../examples/book-a-seat.ts', import.meta.url));
  const run = async (eventId: string, user: string) =>
    (await promisify(execFile)(process.execPath, [path, api.url, tokenOf(user), eventId])).stdout;

  test('books a seat, and says so when there is none', async () => {
    const eventId = await eventOnSale(api.url, 1);
    expect(await run(eventId, 'ann')).toMatch(/seat kept until .*Z\nseat booked: [0-9a-f-]{36}\n/);
    expect(await bookingsOf(eventId)).toMatchObject([{ status: 'confirmed', userId: 'ann' }]);
    expect(await run(eventId, 'ben')).toBe('no seat: sold_out\n');
  });
});
