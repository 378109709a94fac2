import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { initTRPC } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';
import {
  type BothWays,
  exchange,
  type Received,
  type Sent,
  startBothWays,
  type Way,
  ways,
} from './both-ways.ts';
import { badCalls, batches, forTheAdapter, get, goodCalls, json } from './fast-path-cases.ts';
import { abortedIds, startedIds, strangeRouter } from './strange-router.ts';
import { tokenOf } from './token.ts';

let api: TestApi;
let strange: BothWays;
let token: string;

beforeAll(async () => {
  api = await startApi();
  strange = await startBothWays(api, strangeRouter);
  token = await tokenOf('ada', 'user');
});

afterAll(async () => {
  await strange.stop();
  await api.stop();
});

const requestLineOf = (way: Way, requestId: string) =>
  strange.logged[way]().find(
    (line) => line['requestId'] === requestId && line['msg'] === 'request',
  );

/** The line without what differs from one process, or moment, to the next. */
async function lineOf(way: Way, requestId: string) {
  await expect.poll(() => requestLineOf(way, requestId)).toBeDefined();
  const { time: _time, ms, ...line } = requestLineOf(way, requestId) ?? {};
  expect(ms).toEqual(expect.any(Number));
  return line;
}

/** Sends the same both ways. The same must come back, and stand in the log. */
async function compare(sent: Sent, expected: Way): Promise<Received> {
  const { requestId, ...received } = await sendBothWays(sent);
  expect(await lineOf('json', requestId)).toEqual(await lineOf('adapter', requestId));
  expect(received.fast.way).toBe(expected);
  return received.fast;
}

async function sendBothWays(sent: Sent) {
  const requestId = randomUUID();
  const headers = { authorization: `Bearer ${token}`, ...sent.headers, 'x-request-id': requestId };
  const defined = Object.entries(headers).filter(([, value]) => value !== '');
  const named = { ...sent, headers: Object.fromEntries(defined) };
  const fast = await exchange(strange.urls.json, named);
  const adapter = await exchange(strange.urls.adapter, named);
  expect({ ...fast, way: null }).toEqual({ ...adapter, way: null });
  return { requestId, fast };
}

describe('the fast path answers as the official adapter does', () => {
  test.each(goodCalls)('%s', async (_, sent) => {
    expect((await compare(sent, 'json')).status).toBe(200);
  });

  test.each(batches)('a batch %s', async (_, sent) => {
    await compare(sent, 'json');
  });

  test.each(badCalls)('%s', async (_, sent) => {
    expect((await compare(sent, 'json')).status).toBeGreaterThanOrEqual(400);
  });
});

test('negative control: one header or one byte that differs is seen', async () => {
  const headers = { 'x-request-id': 'same' };
  const fast = await exchange(strange.urls.json, get('event.get?input=1', headers));
  const same = await exchange(strange.urls.adapter, get('event.get?input=1', headers));
  const otherByte = await exchange(strange.urls.adapter, get('event.get?input=2', headers));
  const otherHeader = await exchange(strange.urls.adapter, get('event.get?input=1'));
  expect({ ...fast, way: null }).toEqual({ ...same, way: null });
  for (const other of [otherByte, otherHeader]) {
    expect({ ...fast, way: null }).not.toEqual({ ...other, way: null });
  }
});

test('an error that cannot even be told is a fault inside', async () => {
  const t = initTRPC.create({
    errorFormatter() {
      throw new Error('A formatter with a canary');
    },
  });
  const failing = t.procedure.query(() => {
    throw new Error('canary');
  });
  const speechless = await startBothWays(api, t.router({ failing }));
  const fast = await exchange(speechless.urls.json, get('failing'));
  const adapter = await exchange(speechless.urls.adapter, get('failing'));
  await speechless.stop();
  expect(fast).toMatchObject({ status: 500, way: 'json' });
  expect(fast).toMatchObject({ status: adapter.status, body: adapter.body });
  expect(fast.body).not.toContain('canary');
});

describe('the fast path leaves to the official adapter', () => {
  test.each(forTheAdapter)('%s', async (_, sent) => {
    await compare(sent, 'adapter');
  });
});

test.each(ways)('a call is told when its caller leaves, and the log says 499 (%s)', async (way) => {
  const requestId = randomUUID();
  const { hostname: host, port } = new URL(strange.urls[way]);
  const headers = { ...json, authorization: `Bearer ${token}`, 'x-request-id': requestId };
  const call = request({ host, port, method: 'POST', path: '/trpc/booking.cancel', headers });
  const body = JSON.stringify(requestId);
  call.on('error', () => {}).setHeader('content-length', body.length);
  call.end(body);
  await expect.poll(() => startedIds).toContain(requestId);
  call.destroy();
  await expect.poll(() => abortedIds).toContain(requestId);
  expect(await lineOf(way, requestId)).toMatchObject({ status: 499, user: 'ada' });
});

test.each(ways)('a caller that leaves in the midst of its body calls nothing (%s)', async (way) => {
  const requestId = randomUUID();
  const { hostname: host, port } = new URL(strange.urls[way]);
  const headers = { ...json, authorization: `Bearer ${token}`, 'x-request-id': requestId };
  const call = request({ host, port, method: 'POST', path: '/trpc/booking.cancel', headers });
  call.on('error', () => {}).setHeader('content-length', 100);
  call.write('"', () => setTimeout(() => call.destroy(), 20));
  expect(await lineOf(way, requestId)).toMatchObject({ status: 499 });
  expect(startedIds).not.toContain(requestId);
});
