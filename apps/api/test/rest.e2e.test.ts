import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { type Ask, createAsk, type RestCall } from './rest-calls.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let organizer: Caller;
let ask: Ask;
let ada: string;
let bob: string;
let olga: string;

beforeAll(async () => {
  api = await startApi();
  organizer = await callerOf(api, 'olga', 'organizer');
  [ada, bob, olga] = await Promise.all([
    tokenOf('ada', 'user'),
    tokenOf('bob', 'user'),
    tokenOf('olga', 'organizer'),
  ]);
  ask = createAsk(api.url, ada);
});

afterAll(() => api.stop());

describe("the guide's own call", () => {
  const book = (body: unknown, call: RestCall = {}) => ask('POST /api/bookings', { body, ...call });

  test('books seats, in the words of the guide', async () => {
    const eventId = await eventOnSale(organizer);
    const { status, headers, body } = await book({ event_id: eventId, seat_count: 2 });
    expect(status).toBe(201);
    expect(body).toEqual({
      booking_id: expect.any(String),
      event_id: eventId,
      seat_count: 2,
      status: 'confirmed',
      confirmed_at: expect.any(String),
    });
    const location = `/api/events/${eventId}/bookings/${body.booking_id}` as const;
    expect(headers.get('location')).toBe(location);
    const found = await ask(`GET ${location}`);
    expect(found.body).toMatchObject({ id: body.booking_id, eventId, quantity: 2 });
    expect((await ask(`GET ${location}`, { token: bob })).status).toBe(404);
  });

  test('has one effect and one answer for one Idempotency-Key, also in quotes; 422 for anything else', async () => {
    const eventId = await eventOnSale(organizer);
    const key = randomUUID();
    const claim = { event_id: eventId, seat_count: 1 };
    const first = await book(claim, { key });
    expect(first.body).toMatchObject({ booking_id: key });
    for (const spelling of [key, key.toUpperCase(), `"${key}"`]) {
      const again = await book(claim, { key: spelling });
      expect([again.status, again.body]).toEqual([201, first.body]);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    }
    const seats = await ask(`GET /api/events/${eventId}?maxAgeMs=0`);
    expect(seats.body).toMatchObject({ availableSeats: 99 });
    const other = await book({ ...claim, seat_count: 2 }, { key });
    expect([other.status, other.body.error]).toEqual([422, 'id_taken']);
    // Whose it is makes no difference to what is said.
    const theirs = await book(claim, { key, token: bob });
    expect([theirs.status, theirs.body]).toEqual([422, other.body]);
  });

  test('is refused with 409 and a reason, and 404 where there is no such event', async () => {
    const eventId = await eventOnSale(organizer, { seatCount: 1 });
    const claim = { event_id: eventId, seat_count: 1 };
    const { body: sale } = await book(claim);
    const soldOut = await book(claim, { token: bob });
    expect([soldOut.status, soldOut.body]).toEqual([
      409,
      {
        type: 'urn:holdfast:problem:sold_out',
        title: 'Conflict',
        status: 409,
        detail: expect.stringContaining('Not enough seats are left'),
        error: 'sold_out',
      },
    ]);
    const another = await book(claim);
    expect(another.status).toBe(409);
    expect(another.body.error).toBe('bookings_over_limit');
    expect(another.body.active_bookings).toMatchObject([{ booking_id: sale.booking_id }]);
    const missing = await book({ ...claim, event_id: randomUUID() });
    expect([missing.status, missing.body.error]).toEqual([404, 'event_not_found']);
  });

  const wrongs: [string, unknown, string[]][] = [
    ['nothing', {}, ['event_id', 'seat_count']],
    ['no seats', { event_id: randomUUID(), seat_count: 0 }, ['seat_count']],
    ['the number that the guide had', { event_id: 1, seat_count: 1 }, ['event_id']],
    ['our own words', { eventId: randomUUID(), quantity: 1 }, ['eventId', 'quantity']],
    [
      'an id beside the key',
      { event_id: randomUUID(), seat_count: 1, booking_id: 'a' },
      ['booking_id'],
    ],
    ['a prototype', '{"__proto__":{"event_id":1},"seat_count":1}', ['__proto__']],
    ['a list', [], ['input']],
    ['a text', '"text"', ['input']],
    ['null', 'null', ['input']],
  ];

  test.each(wrongs)('is 400 and names the fields where it sends %s', async (_, sent, fields) => {
    for (const isStreamed of [false, true]) {
      const { status, body } = await book(sent, { isStreamed });
      expect([status, body.error]).toEqual([400, 'bad_input']);
      expect(body.fields.map(({ path }: { path: string }) => path)).toEqual(fields);
    }
  });

  test('is 400 where its key is no UUID, and the key is named', async () => {
    const claim = { event_id: randomUUID(), seat_count: 1 };
    for (const key of ['order-7', '', '00000000-0000-0000-0000-000000000000']) {
      const { status, body } = await book(claim, { key });
      expect([status, body.fields?.[0].path]).toEqual([400, 'Idempotency-Key']);
    }
  });

  test('needs a token, and somebody who has none hears nothing else', async () => {
    const { status, headers, body } = await book('{', { token: null });
    expect([status, body.error]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });
});

test('a whole sale by plain HTTP: made, opened, held, confirmed, given back, listed, called off', async () => {
  const token = olga;
  const event = { title: 'A concert', date: '2999-01-01T20:00:00Z', seatCount: 3 };
  const made = await ask('POST /api/events', { body: event, token });
  expect([made.status, made.body.event.status]).toEqual([201, 'draft']);
  const place = `/api/events/${made.body.event.id}` as const;
  expect(made.headers.get('location')).toBe(place);
  expect((await ask(`GET ${place}`)).status).toBe(404);
  expect((await ask(`POST ${place}/open`)).status).toBe(403);
  const opened = await ask(`POST ${place}/open`, { token });
  expect(opened.body).toMatchObject({ status: 'accepted', event: { status: 'on_sale' } });
  const renamed = await ask(`POST ${place}`, { body: { title: 'Another concert' }, token });
  expect(renamed.body.event.title).toBe('Another concert');

  const hold = await ask(`POST ${place}/holds`, { body: { quantity: 2 } });
  expect([hold.status, hold.body.status]).toEqual([201, 'held']);
  const booking = `${place}/bookings/${hold.body.id}` as const;
  expect(hold.headers.get('location')).toBe(booking);
  expect((await ask(`GET ${booking}`)).body).toMatchObject({ status: 'held' });
  expect((await ask(`POST ${booking}/confirm`)).body).toMatchObject({ status: 'confirmed' });
  const cancelled = await ask(`POST ${booking}/cancel`, { body: {} });
  expect(cancelled.body).toMatchObject({ status: 'cancelled' });
  const late = await ask(`POST ${booking}/confirm`);
  expect([late.status, late.body.error]).toEqual([409, 'booking_cancelled']);

  const list = await ask(`GET ${place}/bookings?limit=1`, { token });
  expect(list.body.items).toMatchObject([{ userId: 'ada', status: 'cancelled' }]);
  expect((await ask(`GET ${place}/bookings`)).status).toBe(403);
  expect((await ask('GET /api/bookings?limit=1')).body.items).toHaveLength(1);
  const smaller = await ask(`POST ${place}/capacity`, { body: { seatCount: 2 }, token });
  expect(smaller.body.event.seatCount).toBe(2);
  const off = await ask(`POST ${place}/close`, { body: { as: 'cancelled' }, token });
  expect(off.body.event.status).toBe('cancelled');
});

describe('a query', () => {
  test('is read by the types of its fields', async () => {
    await eventOnSale(organizer);
    const query = 'limit=1&onlyAvailable=true&from=2026-01-01T00:00:00%2B01:00&maxAgeMs=0';
    const page = await ask(`GET /api/events?${query}`, { token: null });
    expect(page.body.items).toHaveLength(1);
    const next = await ask(`GET /api/events?limit=1&cursor=${page.body.nextCursor}`);
    expect(next.status).toBe(200);
  });

  test.each([
    ['limit=many', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=0', 'limit'],
    ['onlyAvailable=yes', 'onlyAvailable'],
    ['limit=1&limit=2', 'limit'],
    ['page=2', 'page'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
    ['cursor=abc', 'cursor'],
  ])('%s is 400 and names the field', async (query, field) => {
    const { status, body } = await ask(`GET /api/events?${query}`);
    expect([status, body.fields]).toEqual([400, [{ path: field, message: expect.any(String) }]]);
  });
});

describe('what reaches no procedure is a problem, too', () => {
  const problemOf = async (path: string, init: RequestInit) => {
    const response = await fetch(`${api.url}${path}`, init);
    const body = (await response.json()) as { readonly error: string };
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return { status: response.status, error: body.error, allow: response.headers.get('allow') };
  };
  const json = { 'content-type': 'application/json' };

  test('an unknown path, another method, another media type, JSON that is none, and too much', async () => {
    const post = (body: string, headers: Record<string, string> = json) =>
      problemOf('/api/bookings', { method: 'POST', body, headers });
    expect(await problemOf('/api/nothing', {})).toMatchObject({ status: 404, error: 'not_found' });
    expect(await problemOf('/api/bookings', { method: 'DELETE' })).toMatchObject({
      status: 405,
      allow: 'GET, HEAD, POST',
    });
    expect(await problemOf('/api/bookings/1', { method: 'PUT' })).toMatchObject({ status: 405 });
    expect(
      await problemOf('/api/health/live', { method: 'POST', body: '{}', headers: json }),
    ).toMatchObject({ status: 405, allow: 'GET, HEAD' });
    expect(await post('a=1', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await post('"'.repeat(70_000))).toMatchObject({ status: 413 });
    expect(await problemOf('/api/ev%65nts', {})).toMatchObject({ status: 400 });
    const headers = { ...json, authorization: `Bearer ${ada}` };
    expect(await post('{', headers)).toMatchObject({ status: 400, error: 'bad_input' });
  });
});

test('HEAD is answered as GET, without a body; and readiness is where it was', async () => {
  const head = await fetch(`${api.url}/api/health/ready`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
  expect((await fetch(`${api.url}/trpc/health.ready`, { method: 'HEAD' })).status).toBe(200);
});

test('the document is served as it is', async () => {
  const response = await fetch(`${api.url}/openapi.json`);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.json()).toMatchObject({ openapi: '3.1.1' });
});
