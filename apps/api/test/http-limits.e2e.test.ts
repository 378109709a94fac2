import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppRouter } from '../src/index.ts';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { httpFault, post } from './http.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let token: string;
let eventId: string;

beforeAll(async () => {
  api = await startApi();
  token = await tokenOf('ada', 'user');
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
});

afterAll(() => api.stop());

const claim = () => ({ eventId, bookingId: randomUUID(), quantity: 1 });

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** A request as fetch would not send it: any method, any target, a body without its length. */
async function raw(method: string, target: string, body?: string): Promise<RawAnswer> {
  const { hostname: host, port } = new URL(api.url);
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const call = request({ host, port, method, path: target, headers });
  if (body === undefined) call.end();
  else call.write(body);
  const [response]: IncomingMessage[] = await once(call, 'response');
  if (response === undefined) throw new Error('There is no answer.');
  const chunks: Buffer[] = await response.toArray();
  call.on('error', () => {}).destroy();
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}

describe('media types', () => {
  test.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    '',
  ])('a mutation as %j is 415', async (contentType) => {
    const body = JSON.stringify(claim());
    const answer = post(`${api.url}/trpc/booking.book`, { body, contentType, token });
    expect(await httpFault(answer)).toMatchObject({
      status: 415,
      fault: 'unsupported_media_type',
    });
  });

  test.each(['multipart/form-data; boundary=x', 'application/octet-stream', 'application/xml'])(
    'a mutation as %j is 415, before its body is read',
    async (contentType) => {
      const body = 'x'.repeat(1_000_000);
      const answer = post(`${api.url}/trpc/booking.book`, { body, contentType, token });
      expect(await httpFault(answer)).toMatchObject({ status: 415 });
    },
  );

  test('negative control: as JSON, in any spelling of its name, the same call books', async () => {
    const body = JSON.stringify(claim());
    const contentType = 'Application/JSON; charset=utf-8';
    const answer = await post(`${api.url}/trpc/booking.book`, { body, contentType, token });
    expect(await answer.json()).toMatchObject({ result: { data: { status: 'confirmed' } } });
  });
});

describe('methods', () => {
  test('a mutation with GET is refused, and books nothing', async () => {
    const bob = await tokenOf('bob', 'user');
    const input = encodeURIComponent(JSON.stringify(claim()));
    const headers = { authorization: `Bearer ${bob}` };
    const answer = fetch(`${api.url}/trpc/booking.book?input=${input}`, { headers });
    expect(await httpFault(answer)).toMatchObject({ status: 405, fault: 'method_not_allowed' });
    const caller = await callerOf(api, 'bob', 'user');
    expect((await caller.booking.mine.query()).items).toEqual([]);
  });

  test('a query with POST is refused', async () => {
    expect(await httpFault(post(`${api.url}/trpc/health.live`))).toMatchObject({ status: 405 });
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused', async (method) => {
    const answer = fetch(`${api.url}/trpc/booking.book`, { method });
    expect(await httpFault(answer)).toMatchObject({ status: 405, fault: 'method_not_allowed' });
  });

  test('other origins are invited by no header', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const method of ['OPTIONS', 'GET']) {
      const response = await fetch(`${api.url}/trpc/health.live`, { method, headers });
      const names = [...response.headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('sizes', () => {
  test('a body over the limit is 413', async () => {
    const body = JSON.stringify({ ...claim(), padding: 'x'.repeat(65_536) });
    const answer = post(`${api.url}/trpc/booking.book`, { body, token });
    expect(await httpFault(answer)).toMatchObject({ status: 413, fault: 'payload_too_large' });
  });

  test('a body that does not say its length is cut at the limit, before it ends', async () => {
    const { status, body } = await raw('POST', '/trpc/booking.book', 'x'.repeat(70_000));
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ error: { data: { fault: 'payload_too_large' } } });
  });

  test('a batch over the limit is refused as a whole; limits count calls', async () => {
    const call = (count: number) => {
      const paths = Array.from({ length: count }, () => 'health.live').join(',');
      return fetch(`${api.url}/trpc/${paths}?batch=1`);
    };
    expect((await call(20)).status).toBe(200);
    expect(await httpFault(call(21))).toMatchObject({ status: 400, fault: 'bad_input' });
  });

  test('without asking for a batch, a list of calls is no procedure', async () => {
    const answer = fetch(`${api.url}/trpc/health.live,health.live`);
    expect(await httpFault(answer)).toMatchObject({ status: 404, fault: 'not_found' });
  });

  test('a path longer than any batch is refused', async () => {
    const { status, body } = await raw('GET', `/trpc/${'x'.repeat(2_000)}`);
    expect(status).toBe(431);
    expect(JSON.parse(body)).toMatchObject({ error: { data: { fault: 'headers_too_large' } } });
  });

  test('headers and URLs that go on and on are refused', async () => {
    const { status, body } = await raw('GET', `/trpc/health.live?input=${'x'.repeat(20_000)}`);
    expect(status).toBe(431);
    expect(JSON.parse(body)).toMatchObject({ error: { data: { fault: 'headers_too_large' } } });
  });
});

describe('what no procedure is', () => {
  test.each(['/nothing', '/trpc', '/trpc/', '/favicon.ico', '/trpc/event', '/trpc/event.get.x'])(
    '%s is 404 in the one shape',
    async (path) => {
      expect(await httpFault(fetch(`${api.url}${path}`))).toMatchObject({
        status: 404,
        fault: 'not_found',
      });
    },
  );

  test.each(['/trpc/__proto__', '/trpc/constructor', '/trpc/event.__proto__', '/trpc/toString'])(
    '%s is 404, too',
    async (path) => {
      expect(await httpFault(fetch(`${api.url}${path}`))).toMatchObject({ status: 404 });
    },
  );

  test('a path that does not decode is 400', async () => {
    const { status, body } = await raw('GET', '/trpc/%zz');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: { data: { fault: 'bad_input' } } });
  });
});

describe('a batch', () => {
  test('answers each call on its own, and waits as long as the longest fault says', async () => {
    const client = createTRPCClient<AppRouter>({
      links: [
        httpBatchLink({
          url: `${api.url}/trpc`,
          headers: { authorization: `Bearer ${await tokenOf('dora', 'user')}` },
        }),
      ],
    });
    const answers = await Promise.allSettled([
      client.booking.book.mutate(claim()),
      client.booking.book.mutate({ ...claim(), quantity: 0 }),
      client.booking.book.mutate({ ...claim(), eventId: randomUUID() }),
    ]);
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: { status: 'confirmed' } },
      {
        status: 'rejected',
        reason: { data: { fault: 'bad_input', fields: [{ path: 'quantity' }] } },
      },
      { status: 'fulfilled', value: { status: 'refused', reason: 'event_not_found' } },
    ]);
  });
});

describe('headers', () => {
  test('an answer names its request, and is not kept by caches', async () => {
    const headers = { 'x-request-id': 'shop-42' };
    const response = await fetch(`${api.url}/trpc/health.live`, { headers });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'shop-42',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const refused = await fetch(`${api.url}/nowhere`, {
      headers: { 'x-request-id': 'not "plain"' },
    });
    expect(refused.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  test('a token that is not valid is 401 with a challenge where one is needed', async () => {
    for (const authorization of ['Bearer forged', 'Basic YTpi', 'nonsense']) {
      const fault = await httpFault(
        fetch(`${api.url}/trpc/booking.mine`, { headers: { authorization } }),
      );
      expect(fault).toMatchObject({ status: 401, fault: 'unauthenticated' });
      expect(fault.headers.get('www-authenticate')).toBe('Bearer');
    }
  });
});
