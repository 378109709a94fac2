import { randomUUID } from 'node:crypto';
import { freshTables } from '@holdfast/fixtures';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { httpFault, post } from './http.ts';
import { tokenOf } from './token.ts';

let proxy: TcpProxy;
let api: TestApi;
let eventId: string;
let token: string;

beforeAll(async () => {
  proxy = await startTcpProxy(await freshTables());
  api = await startApi({ env: { DATABASE_URL: proxy.url } });
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
  token = await tokenOf('ada', 'user');
});

afterEach(() => proxy.restore());

afterAll(async () => {
  await api.stop();
  await proxy[Symbol.asyncDispose]();
});

const ready = () => fetch(`${api.url}/trpc/health.ready`);
const live = () => fetch(`${api.url}/trpc/health.live`);

const book = (bookingId: string = randomUUID(), user = token) => {
  const body = JSON.stringify({ eventId, bookingId, quantity: 1 });
  return post(`${api.url}/trpc/booking.book`, { body, token: user });
};

describe('while the database is away', () => {
  test('reads and writes are 503 with Retry-After, and the process lives', async () => {
    proxy.cut();
    const input = encodeURIComponent(JSON.stringify({ eventId }));
    const answers = [ready(), book(), fetch(`${api.url}/trpc/event.get?input=${input}`)];
    for (const answer of answers) {
      const fault = await httpFault(answer);
      expect(fault).toMatchObject({ status: 503, fault: 'database_unavailable' });
      expect(fault.headers.get('retry-after')).toBe('1');
      expect(fault.message).not.toMatch(/127\.0\.0\.1|ECONN|postgres/);
    }
    const body = JSON.stringify({ event_id: eventId, seat_count: 1 });
    const plain = await post(`${api.url}/api/bookings`, { body, token });
    expect([plain.status, plain.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await plain.json()).toMatchObject({
      error: 'database_unavailable',
      retryAfterMs: 1_000,
    });
    expect((await live()).status).toBe(200);
  });

  test('it is found again when it is back, by itself', async () => {
    proxy.cut();
    await httpFault(ready());
    proxy.restore();
    await expect.poll(async () => (await ready()).status).toBe(200);
    const user = await tokenOf('grace', 'user');
    expect(await (await book(randomUUID(), user)).json()).toMatchObject({
      result: { data: { status: 'confirmed' } },
    });
  });

  test('a silent one counts as away', async () => {
    proxy.freeze();
    // The last answer counts for a second.
    await expect.poll(async () => (await ready()).status).toBe(503);
    expect(await httpFault(ready())).toMatchObject({ fault: 'database_unavailable' });
  });
});

test('a booking that lost its connection is settled by the same call', async () => {
  const user = await tokenOf('heidi', 'user');
  const bookingId = randomUUID();
  proxy.freeze();
  const cut = book(bookingId, user);
  setTimeout(() => proxy.restore(), 300);
  expect([200, 503]).toContain((await cut).status);
  const settled = { result: { data: { status: 'confirmed', id: bookingId } } };
  await expect.poll(async () => await (await book(bookingId, user)).json()).toMatchObject(settled);
});
