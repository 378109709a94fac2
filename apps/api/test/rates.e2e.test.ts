import { randomUUID } from 'node:crypto';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, providedServices, startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, faultOf, startApi, type TestApi } from './api.ts';
import { httpFault, post } from './http.ts';
import { tokenOf } from './token.ts';

/** An hour: no window ends while a test runs. */
const window = { CALL_WINDOW_SECONDS: '3600' };
const started: TestApi[] = [];

let databaseUrl: Promise<string> | null = null;

async function start(env: Readonly<Record<string, string>>): Promise<TestApi> {
  databaseUrl ??= freshTables();
  const api = await startApi({ env: { ...window, DATABASE_URL: await databaseUrl, ...env } });
  started.push(api);
  return api;
}

afterAll(() => Promise.all(started.map((api) => api.stop())));

interface Get {
  readonly token?: string;
  /** Whom the proxy in front heard. */
  readonly from?: string;
}

const get = (api: TestApi, path: string, { token, from }: Get = {}): Promise<Response> =>
  fetch(`${api.url}${path}`, {
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(from !== undefined && { 'x-forwarded-for': from }),
    },
  });

const list = '/trpc/event.list';

/** So many at once, and how many of them were let in, whatever a busy machine made of them. */
async function letInOf(count: number, ask: (index: number) => Promise<Response>): Promise<number> {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  return all.filter(({ status }) => status !== 429).length;
}

// What is refused is answered a second later, so they wait together.
describe.concurrent('a user', () => {
  let api: TestApi;
  let olga: Caller;

  beforeAll(async () => {
    api = await start({ USER_CALL_COUNT_MAX: '32', KEY_CALL_COUNT_MAX: '100' });
    olga = await callerOf(api, 'olga', 'organizer');
  });

  test('is told with each answer what is left, a batch counts its calls, and over the limit it is 429', async () => {
    const token = await tokenOf('ada', 'user');
    const one = await get(api, list, { token });
    expect(one.headers.get('ratelimit-policy')).toBe('"user";q=32;w=3600');
    expect(one.headers.get('ratelimit')).toBe('"user";r=31;t=3600');
    const batch = `${list}${',event.list'.repeat(19)}?batch=1`;
    expect((await get(api, batch, { token })).headers.get('ratelimit')).toMatch('"user";r=11;');
    const refused = await get(api, batch, { token });
    expect(await refused.json()).toHaveLength(20);
    const { headers, status } = refused;
    expect(status).toBe(429);
    expect(headers.get('ratelimit')).toMatch('"user";r=11;');
    const waitSeconds = Number(headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(3_500);
    expect(headers.get('ratelimit')).toBe(`"user";r=11;t=${waitSeconds}`);
    // Nothing was taken by what was refused.
    expect(await letInOf(12, () => get(api, list, { token }))).toBe(11);
  });

  test('is counted by plain HTTP and by the official adapter, too, and refused in their shapes', async () => {
    const token = await tokenOf('rita', 'user');
    const plain = await get(api, '/api/events', { token });
    expect(plain.headers.get('ratelimit')).toMatch('"user";r=31;');
    // A stream of JSON lines is the adapter's alone.
    const headers = { authorization: `Bearer ${token}`, 'trpc-accept': 'application/jsonl' };
    const adapted = await fetch(`${api.url}${list}?batch=1&input=%7B%7D`, { headers });
    expect(adapted.headers.get('ratelimit')).toMatch('"user";r=30;');
    await adapted.text();
    await letInOf(31, () => get(api, list, { token }));
    const refused = await get(api, '/api/events', { token });
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await refused.json()).toMatchObject({
      status: 429,
      title: 'Too Many Requests',
      error: 'rate_limited',
      retryAfterMs: expect.any(Number),
    });
  });

  test('that is refused has done nothing, and others go on', async () => {
    const eventId = await eventOnSale(olga);
    const token = await tokenOf('mallory', 'user');
    await letInOf(40, () => get(api, list, { token }));
    const body = JSON.stringify({ eventId, bookingId: randomUUID(), quantity: 1 });
    const booked = post(`${api.url}/trpc/booking.book`, { body, token });
    expect(await httpFault(booked)).toMatchObject({ status: 429, fault: 'rate_limited' });
    expect((await olga.event.get.query({ eventId, maxAgeMs: 0 })).availableSeats).toBe(100);
    const bob = await callerOf(api, 'bob', 'user');
    const claim = { eventId, bookingId: randomUUID(), quantity: 1 };
    expect(await bob.booking.book.mutate(claim)).toMatchObject({ status: 'confirmed' });
  });

  test('has its own limit, and organizers, for programs, have theirs', async () => {
    const token = await tokenOf('olaf', 'organizer');
    const answer = await get(api, list, { token });
    expect(answer.headers.get('ratelimit-policy')).toBe('"key";q=100;w=3600');
  });

  test('that is refused is counted, and said once in the log', async () => {
    const own = await start({ USER_CALL_COUNT_MAX: '32' });
    const token = await tokenOf('nora', 'user');
    expect(await letInOf(50, () => get(own, list, { token }))).toBe(32);
    expect(await own.metric('holdfast_rate_limited_total', { limit: 'user' })).toBe(18);
    const lines = own.logged().filter(({ msg }) => msg === 'callers are limited');
    expect(lines).toHaveLength(1);
    const told = own.logged().filter(({ fault }) => fault === 'rate_limited');
    expect(new Set(told.map(({ level }) => level))).toEqual(new Set([20]));
  });

  test('negative control: without a limit all its calls are answered, and no header speaks of one', async () => {
    const unlimited = await start({});
    const token = await tokenOf('mallory', 'user');
    expect(await letInOf(200, () => get(unlimited, list, { token }))).toBe(200);
    const { headers } = await get(unlimited, list, { token });
    expect(headers.has('ratelimit') || headers.has('ratelimit-policy')).toBe(false);
  });
});

test.concurrent('after Retry-After the same call is let in', async ({ expect: expectHere }) => {
  const api = await start({ USER_CALL_COUNT_MAX: '2', CALL_WINDOW_SECONDS: '2' });
  const token = await tokenOf('ada', 'user');
  const all = await Promise.all(Array.from({ length: 20 }, () => get(api, list, { token })));
  const refused = all.find(({ status }) => status === 429);
  const waitMs = Number(refused?.headers.get('retry-after')) * 1_000;
  expectHere(waitMs).toBeLessThanOrEqual(2_000);
  await new Promise((resolve) => void setTimeout(resolve, waitMs));
  const letIn = async () => (await get(api, list, { token })).status !== 429;
  await expectHere.poll(letIn, { timeout: 20_000 }).toBe(true);
});

describe.concurrent('two processes', () => {
  test('count a user together in Redis', async () => {
    const { redisUrl } = providedServices();
    const env = {
      USER_CALL_COUNT_MAX: '160',
      REDIS_URL: redisUrl,
      REDIS_PREFIX: freshPrefix(),
    };
    const first = await start(env);
    const second = await start(env);
    const token = await tokenOf('mallory', 'user');
    let count = 0;
    for (let within = 1; within > 0 && count < 2 * 160; ) {
      within = await letInOf(20, (index) => get(index % 2 ? first : second, list, { token }));
      count += within;
    }
    // A sixteenth more for each, and what is under way while one is told.
    expect(count).toBeGreaterThanOrEqual(160);
    expect(count).toBeLessThanOrEqual(160 + 2 * 10 + 20);
  });

  test.each(['is silent', 'is gone'] as const)(
    'of which Redis %s in the middle of a window let nobody have more than the limit, and all others what is theirs',
    async (what) => {
      await using proxy = await startTcpProxy(providedServices().redisUrl);
      const shared = { REDIS_URL: proxy.url, REDIS_PREFIX: freshPrefix() };
      const api = await start({ USER_CALL_COUNT_MAX: '160', ...shared });
      const [mallory, ada] = [await tokenOf('mallory', 'user'), await tokenOf('ada', 'user')];
      const letIn = (count: number, token: string) =>
        letInOf(count, () => get(api, list, { token }));
      expect(await letIn(80, mallory)).toBe(80);
      // Under way to Redis, or just there.
      const counted = letIn(40, mallory);
      if (what === 'is silent') proxy.freeze();
      else proxy.cut();
      expect(await counted).toBe(40);
      expect(await letIn(60, ada)).toBe(60);
      expect(await letIn(90, mallory)).toBe(40);
      expect(await letIn(90, ada)).toBe(90);
    },
  );

  test('of which one cannot reach Redis count for themselves, and go on', async () => {
    const api = await start({ USER_CALL_COUNT_MAX: '32', REDIS_URL: 'redis://127.0.0.1:1' });
    const token = await tokenOf('mallory', 'user');
    expect(await letInOf(60, () => get(api, list, { token }))).toBe(32);
  });
});

describe.concurrent('an address', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await start({ ADDRESS_CALL_COUNT_MAX: '20', PROXY_COUNT: '1' });
  });

  test('is the one that the proxy heard, whatever its caller writes before that', async () => {
    const forged = (index: number) => `198.51.100.${index}, 203.0.113.7`;
    expect(await letInOf(30, (index) => get(api, list, { from: forged(index) }))).toBe(20);
    expect((await get(api, list, { from: '203.0.113.8' })).status).toBe(200);
  });

  test('of IPv6 is a network of 64 bits', async () => {
    const from = (index: number) => `2001:db8:1:2::${index + 1}`;
    expect(await letInOf(30, (index) => get(api, list, { from: from(index) }))).toBe(20);
    expect((await get(api, list, { from: '2001:db8:1:3::1' })).status).toBe(200);
  });

  test('counts for whoever calls from it, and is refused before a token, a body or a path is looked at', async () => {
    const from = '203.0.113.9';
    const token = await tokenOf('ada', 'user');
    const counted = await get(api, list, { token, from });
    expect(counted.headers.get('ratelimit-policy')).toBe('"address";q=20;w=3600');
    await letInOf(19, () => get(api, list, { from }));
    const headers = { 'x-forwarded-for': from };
    const big = post(`${api.url}/trpc/booking.book`, { body: 'x'.repeat(1_000_000), headers });
    const refused = await Promise.all([
      httpFault(get(api, list, { from, token: 'no token' })),
      httpFault(get(api, '/nowhere', { from })),
      httpFault(get(api, '/trpc/event.watch?input=%7B%7D', { from })),
      httpFault(big),
    ]);
    for (const each of refused) expect(each).toMatchObject({ status: 429, fault: 'rate_limited' });
    const plain = await get(api, '/api/events', { from });
    expect(await plain.json()).toMatchObject({ error: 'rate_limited', status: 429 });
  });

  test('that forwards for others is told of in the log, where no proxy is configured', async () => {
    const direct = await start({ ADDRESS_CALL_COUNT_MAX: '20' });
    const from = (index: number) => `203.0.113.${index}`;
    expect(await letInOf(30, (index) => get(direct, list, { from: from(index) }))).toBe(20);
    const warned = direct
      .logged()
      .filter(({ level, msg }) => level === 40 && `${msg}`.includes('PROXY_COUNT'));
    expect(warned).toHaveLength(1);
  });
});

describe.concurrent('seats that are held and not bought', () => {
  test('are limited over all events and processes, orders included, and what was bought is not counted', async () => {
    const { redisUrl } = providedServices();
    const env = { REDIS_URL: redisUrl, REDIS_PREFIX: freshPrefix() };
    const limit = { USER_UNSOLD_SEAT_COUNT_MAX: '16' };
    const [first, second] = [await start({ ...env, ...limit }), await start({ ...env, ...limit })];
    const olga = await callerOf(first, 'olga', 'organizer');
    const eventIds = await Promise.all(Array.from({ length: 10 }, () => eventOnSale(olga)));
    const callers = await Promise.all(
      [first, second].map((api) => callerOf(api, 'mallory', 'user')),
    );
    const hold = (index: number, quantity: number) => {
      const claim = { eventId: eventIds[index] ?? '', bookingId: randomUUID(), quantity };
      return (
        callers[index % 2]?.booking.reserve.mutate(claim) ?? Promise.reject(new Error('Nobody.'))
      );
    };
    // To both at once.
    const ended = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((index) => hold(index, 4)));
    const held = ended.filter(({ status }) => status === 'fulfilled').length;
    expect(held).toBeGreaterThan(0);
    // A seat more for each process.
    expect(held * 4).toBeLessThanOrEqual(16 + 2);
    const lines = [
      { eventId: eventIds[6] ?? '', quantity: 10 },
      { eventId: eventIds[7] ?? '', quantity: 7 },
    ];
    const order = callers[0]?.order.place.mutate({ orderId: randomUUID(), lines });
    expect(await faultOf(order ?? Promise.reject(new Error('Nobody.')))).toMatchObject({
      fault: 'rate_limited',
    });
    const bob = await callerOf(first, 'bob', 'user');
    for (const eventId of eventIds.slice(0, 5)) {
      const booking = { eventId, bookingId: randomUUID() };
      await bob.booking.reserve.mutate({ ...booking, quantity: 8 });
      expect(await bob.booking.confirm.mutate(booking)).toMatchObject({ status: 'confirmed' });
    }
  });

  test('negative control: without the limit one user holds them all', async () => {
    const api = await start({});
    const olga = await callerOf(api, 'olga', 'organizer');
    const mallory = await callerOf(api, 'mallory', 'user');
    for (let count = 0; count < 5; count += 1) {
      const claim = { eventId: await eventOnSale(olga), bookingId: randomUUID(), quantity: 10 };
      expect(await mallory.booking.reserve.mutate(claim)).toMatchObject({ status: 'held' });
    }
  });
});

test.concurrent('an address has no more watchers than its share, and one that leaves makes room', async ({
  expect: expectHere,
}) => {
  const api = await start({ ADDRESS_WATCHER_COUNT_MAX: '3', PROXY_COUNT: '1' });
  const olga = await callerOf(api, 'olga', 'organizer');
  const input = encodeURIComponent(JSON.stringify({ eventId: await eventOnSale(olga) }));
  const left = new AbortController();
  const watch = (from: string, signal: AbortSignal | null = null) =>
    fetch(`${api.url}/trpc/event.watch?input=${input}`, {
      headers: { 'x-forwarded-for': from },
      signal,
    });
  const of = (last: number) => `2001:db8:7:7::${last}`;
  const open = [await watch(of(1), left.signal), await watch(of(2)), await watch(of(3))];
  expect(open.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await httpFault(watch(of(4)))).toMatchObject({ status: 429, fault: 'rate_limited' });
  const other = await watch('2001:db8:7:8::1');
  expect(other.status).toBe(200);
  left.abort();
  await expectHere.poll(async () => (await watch(of(4))).status, { timeout: 20_000 }).toBe(200);
  for (const { body } of [...open.slice(1), other]) await body?.cancel();
});
