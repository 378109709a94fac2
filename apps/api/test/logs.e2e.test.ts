import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerWith, eventOnSale, faultOf, startApi, type TestApi } from './api.ts';
import { post } from './http.ts';
import { secret, tokenOf } from './token.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({ env: { LOG_LEVEL: 'trace' } });
});

afterAll(() => api.stop());

const linesOf = (requestId: string) =>
  api.logged().filter((line) => line['requestId'] === requestId && line['msg'] === 'request');

test('a request is one line: method, path without its input, status, time, ids', async () => {
  const token = await tokenOf('ada', 'user');
  const requestId = randomUUID();
  const input = encodeURIComponent(JSON.stringify({ limit: 7 }));
  await fetch(`${api.url}/trpc/booking.mine?input=${input}`, {
    headers: {
      authorization: `Bearer ${token}`,
      'x-request-id': requestId,
      'x-forwarded-for': '203.0.113.7',
    },
  });
  await expect.poll(() => linesOf(requestId)).toHaveLength(1);
  expect(linesOf(requestId)[0]).toEqual({
    // A success is for who looks for it; a fault is not.
    level: 20,
    time: expect.any(String),
    service: 'api',
    pid: process.pid,
    msg: 'request',
    method: 'GET',
    path: '/trpc/booking.mine',
    status: 200,
    ms: expect.any(Number),
    requestId,
    // The caller's own address: what it says in X-Forwarded-For counts for nothing.
    address: '127.0.0.1',
    user: 'ada',
  });
});

test('a request that fails says with which fault', async () => {
  const requestId = randomUUID();
  await post(`${api.url}/trpc/booking.book`, { headers: { 'x-request-id': requestId } });
  await expect.poll(() => linesOf(requestId)).toHaveLength(1);
  expect(linesOf(requestId)[0]).toMatchObject({
    level: 30,
    status: 401,
    fault: 'unauthenticated',
  });
});

test('no token, secret or password is in any line, whatever callers send and whatever fails', async () => {
  const token = await tokenOf('olga', 'organizer');
  const olga = callerWith(api, token);
  const eventId = await eventOnSale(olga, { title: 'A title with a canary' });
  await faultOf(callerWith(api, `${token}x`).booking.mine.query());
  await post(`${api.url}/trpc/booking.book?canary=canary`, { body: '{"a":canary}', token });
  await fetch(`${api.url}/trpc/${token}`);
  await fetch(`${api.url}/canary?token=${token}`, { headers: { cookie: 'canary' } });
  await olga.event.bookings.query({ eventId });
  const text = api.loggedText();
  expect(text.length).toBeGreaterThan(1_000);
  for (const word of [token, token.split('.')[2], secret, 'eyJ', '"authorization"', 'cookie']) {
    expect(text).not.toContain(word);
  }
  // A path is logged, an input is not.
  expect(text.replaceAll('"path":"/canary"', '')).not.toContain('canary');
});

test.each([
  ['no token', null],
  ['a token that is not valid', 'Bearer e30.e30.e30'],
])('a batch with %s is refused once, whatever it asks, and each call is told', async (_, token) => {
  const requestId = randomUUID();
  const path = Array(20).fill('booking.confirm').join(',');
  const answer = await post(`${api.url}/trpc/${path}?batch=1`, {
    body: '{}',
    headers: { 'x-request-id': requestId, ...(token !== null && { authorization: token }) },
  });
  expect(answer.status).toBe(401);
  const bodies: unknown = await answer.json();
  expect(bodies).toHaveLength(20);
  expect(JSON.stringify(bodies).match(/"fault":"unauthenticated"/g)).toHaveLength(20);
  const isRefusal = ({ msg, requestId: id }: Record<string, unknown>) =>
    id === requestId && msg === 'fault unauthenticated';
  expect(api.logged().filter(isRefusal)).toHaveLength(1);
});

test('behind a proxy the line has the address that the proxy heard, and not what a caller says', async () => {
  const behind = await startApi({ env: { PROXY_COUNT: '1' } });
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };
  // Both ways to answer: the fast path, and Fastify.
  await fetch(`${behind.url}/trpc/booking.mine`, { headers: forwarded });
  await fetch(`${behind.url}/nowhere`, { headers: forwarded });
  const addresses = () =>
    behind.logged().flatMap(({ msg, address }) => (msg === 'request' ? [address] : []));
  await expect.poll(addresses).toEqual(['203.0.113.7', '203.0.113.7']);
  await behind.stop();
});
