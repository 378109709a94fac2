import { randomUUID } from 'node:crypto';
import { createTRPCClient, httpBatchLink, httpLink } from '@trpc/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AppRouter } from '../src/index.ts';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { type BothWays, startBothWays, ways } from './both-ways.ts';
import { tokenOf } from './token.ts';

type Client = ReturnType<typeof clientOf>['client'];
type Link = typeof httpLink | typeof httpBatchLink;

/** What differs from one answer to the next, and how they are framed. */
const others = ['date', 'x-request-id', 'content-length', 'transfer-encoding'];

const idOfNothing = randomUUID();

let api: TestApi;
let both: BothWays;
let token: string;
let eventId: string;
let bookingIds: readonly string[];

beforeAll(async () => {
  api = await startApi();
  both = await startBothWays(api);
  token = await tokenOf('ada', 'user');
});

beforeEach(async () => {
  const policy = { quantityPerBookingMax: 5, activeBookingsPerUserMax: 5, holdDurationMs: 60_000 };
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'), { seatCount: 4, policy });
  bookingIds = Array.from({ length: 4 }, () => randomUUID());
});

afterAll(async () => {
  await both.stop();
  await api.stop();
});

/** The real client through this link, and all that came over the wire for it. */
function clientOf(url: string, link: Link) {
  const received: object[] = [];
  const headers = { authorization: `Bearer ${token}` };
  const listen = async (target: string | URL | Request, sent: object = {}) => {
    // In the order of the requests, whichever is answered first.
    const place = received.push({}) - 1;
    const response = await fetch(target, sent);
    const names = [...response.headers].filter(([name]) => !others.includes(name));
    const { status } = response;
    received[place] = { status, headers: names, body: await response.clone().json() };
    return response;
  };
  const links = [link({ url: `${url}/trpc`, headers, fetch: listen })];
  return { client: createTRPCClient<AppRouter>({ links }), received };
}

const claim = (at: number, quantity = 1) => ({
  eventId,
  bookingId: bookingIds[at] ?? randomUUID(),
  quantity,
});

const scripts: readonly [string, (client: Client) => Promise<unknown>[]][] = [
  ['queries', ({ health, event }) => [health.live.query(), event.get.query({ eventId })]],
  ['a query of nothing', ({ event }) => [event.get.query({ eventId: idOfNothing })]],
  ['mutations', ({ booking }) => [booking.book.mutate(claim(0)), booking.reserve.mutate(claim(1))]],
  ['a refusal', ({ booking }) => [booking.book.mutate(claim(2, 5))]],
  [
    'good and bad at once',
    ({ booking }) => [
      booking.book.mutate(claim(3)),
      booking.book.mutate({ ...claim(3), quantity: 0 }),
      booking.book.mutate({ ...claim(3), admin: true } as never),
      booking.cancel.mutate({ eventId, bookingId: idOfNothing }),
    ],
  ],
  [
    'more than a batch may hold',
    ({ health }) => Array.from({ length: 21 }, () => health.live.query()),
  ],
  ['rights that are not there', ({ event }) => [event.close.mutate({ eventId })]],
];

describe.each([
  ['httpLink', httpLink],
  ['httpBatchLink', httpBatchLink],
])('%s receives the same through the fast path and through the official adapter', (_, link) => {
  test.each(scripts)('%s', async (_name, script) => {
    const seen = [];
    for (const way of ways) {
      const { client, received } = clientOf(both.urls[way], link);
      const settled = await Promise.allSettled(script(client));
      seen.push({ settled: settled.map(atAnyTime), received: received.map(atAnyTime) });
    }
    expect(seen[0]).toEqual(seen[1]);
  });
});

/** What was received, but for how long a hold is kept from its answer on: they ask one after the other. */
function atAnyTime(received: unknown): unknown {
  if (Array.isArray(received)) return received.map(atAnyTime);
  const isPlain =
    typeof received === 'object' &&
    received !== null &&
    Object.getPrototypeOf(received) === Object.prototype;
  if (!isPlain) return received;
  const entries = Object.entries(received).map(([name, value]) =>
    name === 'expiresInMs' ? [name, typeof value] : [name, atAnyTime(value)],
  );
  return Object.fromEntries(entries);
}
