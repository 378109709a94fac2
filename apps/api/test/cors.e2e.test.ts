import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { type BothWays, exchange, type Sent, startBothWays, ways } from './both-ways.ts';
import { callFromPage } from './browser.ts';
import { badCalls, batches, forTheAdapter, goodCalls, json } from './fast-path-cases.ts';
import { strangeRouter } from './strange-router.ts';
import { tokenOf } from './token.ts';

const shop = 'https://shop.example';
const local = 'http://localhost:5173';

/** Each is near a listed one, and is not it. */
const strangers = [
  'https://evil.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://www.shop.example',
  'https://shop.example.evil.example',
  'https://shop.example/',
  'HTTPS://SHOP.EXAMPLE',
  `${shop}, ${local}`,
  'null',
  '*',
  '',
];

let api: TestApi;
let closed: TestApi;
let strange: BothWays;
let token: string;
let eventId: string;

beforeAll(async () => {
  api = await startApi({ env: { CORS_ORIGINS: `${shop},${local}` } });
  closed = await startApi();
  strange = await startBothWays(api, strangeRouter, [shop, local]);
  token = await tokenOf('ada', 'user');
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
});

afterAll(async () => {
  await strange.stop();
  await closed.stop();
  await api.stop();
});

const claim = () => ({ eventId, bookingId: randomUUID(), quantity: 1 });

const book = (base: string, origin: string, input = claim()) =>
  callFromPage(`${base}/trpc/booking.book`, {
    origin,
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${token}`, traceparent: '00-1-2-01' },
    body: JSON.stringify(input),
  });

const corsNames = (headers: Readonly<Record<string, string | undefined>>) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'));

describe('a page of a listed origin', () => {
  test.each([shop, local])('books, and may read what it needs (%s)', async (origin) => {
    const answer = await book(api.url, origin);
    expect(answer).toMatchObject({ status: 200, body: { result: { data: {} } } });
    expect(answer).toMatchObject({ headers: expect.arrayContaining(['x-request-id']) });
  });

  test('hears why it was refused, and for how long to wait', async () => {
    const { json: url } = strange.urls;
    const input = encodeURIComponent(JSON.stringify({ fault: 'overloaded', retryAfterMs: 1 }));
    const call = { origin: shop, method: 'GET', headers: { authorization: 'Basic x' } } as const;
    expect(await callFromPage(`${url}/trpc/event.list?input=${input}`, call)).toMatchObject({
      status: 503,
      headers: expect.arrayContaining(['retry-after', 'x-request-id']),
    });
  });

  test('watches', async () => {
    const input = encodeURIComponent(JSON.stringify({ eventId }));
    const left = new AbortController();
    const headers = { origin: shop, accept: 'text/event-stream' };
    const url = `${api.url}/trpc/event.watch?input=${input}`;
    const watch = await fetch(url, { headers, signal: left.signal });
    expect(Object.fromEntries(watch.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'access-control-allow-origin': shop,
      vary: 'trpc-accept, accept, Origin',
    });
    left.abort();
  });
});

describe('a page of another origin', () => {
  test.each(strangers)('is stopped before its call is made (%s)', async (origin) => {
    const input = claim();
    expect(await book(api.url, origin, input)).toEqual({ blocked: 'preflight' });
    const { items } = await (await callerOf(api, 'ada', 'user')).booking.mine.query();
    expect(items.map(({ id }) => id)).not.toContain(input.bookingId);
  });

  test.each(strangers)(
    'may not read what it could ask for without a question (%s)',
    async (origin) => {
      const url = `${api.url}/trpc/health.live`;
      expect(await callFromPage(url, { origin, method: 'GET' })).toEqual({ blocked: 'answer' });
    },
  );

  test.each([shop, local])('is any page where no origin is listed (%s)', async (origin) => {
    expect(await book(closed.url, origin)).toEqual({ blocked: 'preflight' });
    const sent = { target: '/trpc/health.live', headers: { origin } };
    const { headers } = await exchange(closed.url, sent);
    expect(corsNames(headers)).toEqual([]);
    expect(headers['vary']).toBe('trpc-accept, accept');
  });
});

describe('a preflight', () => {
  const preflight = (headers: Sent['headers'] = {}, target = '/trpc/booking.book'): Sent => ({
    method: 'OPTIONS',
    target,
    headers: { origin: shop, 'access-control-request-method': 'POST', ...headers },
  });

  test.each(ways)(
    'is answered in a moment, and need not be asked again for hours (%s)',
    async (way) => {
      const requestId = randomUUID();
      const { headers, ...answer } = await exchange(
        strange.urls[way],
        preflight({ 'x-request-id': requestId }),
      );
      expect(answer).toMatchObject({ status: 204, body: '' });
      expect(headers).toEqual({
        'x-request-id': requestId,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        connection: 'keep-alive',
        vary: 'Origin',
        'access-control-allow-origin': shop,
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': 'Authorization, Content-Type, *',
        'access-control-expose-headers': 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id',
        'access-control-max-age': '7200',
      });
      await expect
        .poll(() => strange.logged[way]().find((line) => line['requestId'] === requestId))
        .toMatchObject({ msg: 'request', method: 'OPTIONS', status: 204 });
    },
  );

  test.each([
    ['from another origin', preflight({ origin: 'https://evil.example' })],
    ['that asks for no method', { ...preflight(), headers: { origin: shop } }],
    ['from nowhere', { ...preflight(), headers: { 'access-control-request-method': 'POST' } }],
  ])('%s is a method that no procedure has', async (_, sent) => {
    const answer = await exchange(strange.urls.json, sent);
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(answer.headers['access-control-allow-methods']).toBeUndefined();
  });
});

describe('whatever is answered, a listed origin may read it, and another one gets what nobody gets', () => {
  const cases = [...goodCalls, ...batches, ...badCalls, ...forTheAdapter];

  test.each(cases)('%s', async (_, sent) => {
    const headers = { authorization: `Bearer ${token}`, 'x-request-id': 'same', ...sent.headers };
    const defined = Object.entries(headers).filter(([, value]) => value !== '');
    const ask = (url: string, added: Sent['headers']) =>
      exchange(url, { ...sent, headers: { ...Object.fromEntries(defined), ...added } });
    const { json: url } = strange.urls;
    const listed = await ask(url, { origin: shop });
    const adapters = await ask(strange.urls.adapter, { origin: shop });
    const other = await ask(url, { origin: 'https://evil.example' });
    const nobody = await ask(url, {});
    expect({ ...listed, way: null }).toEqual({ ...adapters, way: null });
    expect(other).toEqual(nobody);
    expect(corsNames(other.headers)).toEqual([]);
    const { vary = '', ...rest } = listed.headers;
    expect(vary.endsWith('Origin')).toBe(true);
    expect(other.headers['vary']).toBe(vary);
    expect(rest).toEqual({
      ...other.headers,
      vary: undefined,
      'access-control-allow-origin': shop,
      'access-control-expose-headers': 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id',
    });
    expect({ ...listed, headers: null }).toEqual({ ...other, headers: null });
  });
});
