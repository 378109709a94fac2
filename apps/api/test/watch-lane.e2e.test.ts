import { randomUUID } from 'node:crypto';
import { fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { deadlineAfter } from '@holdfast/engine';
import { createReadiness } from '../src/http/readiness.ts';
import { appRouter } from '../src/root.ts';
import { callerOf, eventOnSale, someEvent, startApi, type TestApi } from './api.ts';
import { watchUrl } from './stream.ts';

let api: TestApi;
/** The same procedure behind the official adapter. */
let official: FastifyInstance;
let urls: { readonly lane: string; readonly official: string };

beforeAll(async () => {
  api = await startApi();
  official = fastify({ forceCloseConnections: true });
  void official.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: { router: appRouter, createContext: contextOf },
  });
  urls = { lane: api.url, official: await official.listen({ host: '127.0.0.1', port: 0 }) };
});

afterAll(async () => {
  await official.close();
  await api.stop();
});

function contextOf(): Context {
  const { database, known, lanes, reads } = api;
  const { events, live, sales, queue } = reads;
  const readiness = createReadiness({
    ping: () => database.ping(),
    isDraining: () => false,
    outage: { note: () => {}, over: () => {} },
  });
  const deadline = deadlineAfter(5_000);
  const who = {
    user: null,
    caller: 'address 127.0.0.1',
    tokenFault: null,
    span: null,
    unsold: null,
  };
  const parts = { database, known, lanes, events, live, sales, queue, readiness, deadline };
  return { ...parts, cut: () => {}, ...who };
}

const headersThatMatter = ['content-type', 'cache-control', 'x-accel-buffering', 'vary'];

/** Status, headers and text of a stream, until it ends or this much of it is there. */
async function streamOf(url: string, request: RequestInit, endOfText: string) {
  const left = new AbortController();
  const response = await fetch(url, { ...request, signal: left.signal });
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.endsWith(endOfText)) break;
  }
  left.abort();
  const headers = headersThatMatter.map((name) => [name, response.headers.get(name)]);
  return { status: response.status, headers, text };
}

/** The same request to both; when both are there, `then` is done. */
async function both(pathOf: (url: string) => string, request: RequestInit, endOfText: string) {
  const streams = [urls.lane, urls.official].map((url) =>
    streamOf(pathOf(url), request, endOfText),
  );
  const [lane, adapter] = await Promise.all(streams);
  return { lane, adapter };
}

describe('the lane of event.watch says what the official adapter says', () => {
  test('of an event, and of what becomes of it', async () => {
    const olga = await callerOf(api, 'olga', 'organizer');
    const eventId = await eventOnSale(olga);
    const streams = both((url) => watchUrl(url, eventId), {}, 'id: 4\n\n\n');
    while (api.reads.live.watcherCount < 2) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const seats = { seatCount: 5, availableSeats: 5, heldSeats: 0, status: 'on_sale' as const };
    api.reads.live.hear([3, 4].map((version) => ({ eventId, version, ...seats })));
    const { lane, adapter } = await streams;
    expect(lane?.text).toContain('id: 2\n');
    expect(lane).toEqual(adapter);
  });

  test('of several events', async () => {
    const olga = await callerOf(api, 'olga', 'organizer');
    const eventIds = [await eventOnSale(olga), await eventOnSale(olga)];
    const input = encodeURIComponent(JSON.stringify({ eventIds }));
    const pathOf = (url: string) => `${url}/trpc/event.watch?input=${input}`;
    const { lane, adapter } = await both(pathOf, {}, 'id: 2.2\n\n\n');
    // The adapter asks both at once, and may hear of the second one first.
    const toldIn = (text = '') => text.match(/^data: .*$/gm)?.toSorted();
    expect(toldIn(lane?.text)).toEqual(toldIn(adapter?.text));
    expect(lane?.headers).toEqual(adapter?.headers);
    await expect.poll(() => api.reads.live.watcherCount).toBe(0);
  });

  test.each<[string, (url: string) => string, RequestInit]>([
    ['an event that does not exist', (url) => watchUrl(url, randomUUID()), {}],
    ['an id that is none', (url) => watchUrl(url, 'x'), {}],
    ['a version that is none', (url) => watchUrl(url, randomUUID(), 'x'), {}],
    ['a field too many', (url) => `${url}/trpc/event.watch?input={"eventId":1,"more":1}`, {}],
    ['an input that is a list', (url) => `${url}/trpc/event.watch?input=[]`, {}],
    ['an input that is null', (url) => `${url}/trpc/event.watch?input=null`, {}],
    ['no input', (url) => `${url}/trpc/event.watch`, {}],
    [
      'no input but a last id',
      (url) => `${url}/trpc/event.watch`,
      { headers: { 'last-event-id': '3' } },
    ],
  ])('of %s, but that it is the status and the whole answer', async (_what, pathOf, request) => {
    const { lane, adapter } = await both(pathOf, request, 'never');
    const error = JSON.parse(
      /event: serialized-error\ndata: (.*)\n/.exec(adapter?.text ?? '')?.[1] ?? '',
    );
    expect(JSON.parse(lane?.text ?? '')).toEqual({ error });
    expect(lane?.status).toBe(error.data.httpStatus);
    expect(lane?.headers).toContainEqual(['content-type', 'application/json']);
    // An EventSource comes back for ever after a 200, whatever it says, and after nothing else.
    expect(adapter?.status).toBe(200);
  });

  test('of a fault that waiting fixes, so that an EventSource comes back', async () => {
    const stopping = await startApi();
    const eventId = await eventOnSale(await callerOf(stopping, 'olga', 'organizer'));
    stopping.reads.live.end();
    const { status, text } = await streamOf(watchUrl(stopping.url, eventId), {}, 'never');
    expect(status).toBe(200);
    expect(text).toMatch(/event: serialized-error\ndata: .*"fault":"draining".*\nretry: 1000\n/);
    await stopping.stop();
  });

  test('of a last id in the header, and in the query', async () => {
    const olga = await callerOf(api, 'olga', 'organizer');
    const eventId = await eventOnSale(olga);
    for (const [suffix, request] of [
      ['', { headers: { 'last-event-id': '1' } }],
      ['&lastEventId=1', {}],
    ] as const) {
      const pathOf = (url: string) => `${watchUrl(url, eventId)}${suffix}`;
      const { lane, adapter } = await both(pathOf, request, 'id: 2\n\n\n');
      expect(lane?.text).toContain('"restarted":false');
      expect(lane).toEqual(adapter);
    }
  });

  test('and input that is no JSON is bad input', async () => {
    const { lane } = await both((url) => `${url}/trpc/event.watch?input={`, {}, 'never');
    expect(lane?.status).toBe(400);
    expect(lane?.text).toContain('"fault":"bad_input"');
  });
});

describe('what input can make of the keys of the cache', () => {
  test('is an event that exists, in one spelling', async () => {
    const olga = await callerOf(api, 'olga', 'organizer');
    const event = someEvent();
    await olga.event.create.mutate(event);
    await olga.event.open.mutate({ eventId: event.eventId });
    const reads = () => api.metric('holdfast_cache_reads_total', { read: 'get', from: 'database' });
    const before = await reads();
    await olga.event.get.query({ eventId: event.eventId });
    await olga.event.get.query({ eventId: event.eventId.toUpperCase() });
    expect(await reads()).toBe(before + 1);
    for (const eventId of ['*', `${event.eventId}:version`, '{lists}', '__proto__', '\n']) {
      const call = olga.event.get.query({ eventId });
      await expect(call).rejects.toMatchObject({ data: { fault: 'bad_input' } });
    }
  });

  test.each([{ limit: 0 }, { limit: 101 }, { limit: 1.5 }, { maxAgeMs: -1 }, { maxAgeMs: 0.5 }])(
    'is no list but one of two hundred: %o',
    async (input) => {
      const olga = await callerOf(api, 'olga', 'organizer');
      const call = olga.event.list.query(input);
      await expect(call).rejects.toMatchObject({ data: { fault: 'bad_input' } });
    },
  );
});
