import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Arrivals } from '../src/load/arrivals.ts';
import { Deck, templatesOf } from '../src/load/deck.ts';
import { serve } from './serve.ts';

const users = Array.from({ length: 100 }, (_, index) => ({ id: `u${index}`, token: `t${index}` }));

const plan = {
  calls: 'book',
  connections: 10,
  durationMs: 200,
  ratePerSecond: 500,
  eventIds: ['0197f0a0-0000-7000-8000-000000000001'],
  firstId: '0197f0a0-0000-7000-8000-0000000000ff',
} as const;

async function arriveAt(url: string) {
  const deck = new Deck(plan.calls, templatesOf(plan.calls, users, 1), plan.firstId);
  const arrivals = new Arrivals({ ...plan, url }, deck);
  await arrivals.open();
  return await arrivals.run();
}

async function confirm(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { bookingId } = JSON.parse(await text(request));
  response.end(JSON.stringify({ result: { data: { id: bookingId, status: 'confirmed' } } }));
}

test('callers come at their rate, and each is sent, has failed, or could not be sent', async () => {
  await using server = await serve(confirm);
  const { sentCount, unsentCount, failedCount, acknowledgedIds } = await arriveAt(server.url);
  expect(sentCount + unsentCount).toBe((plan.ratePerSecond * plan.durationMs) / 1_000);
  expect(acknowledgedIds).toHaveLength(sentCount);
  expect(failedCount).toBe(0);
});

test('where answers are slow, the rate stays: who finds no connection is counted', async () => {
  const opened = Promise.withResolvers<void>();
  let count = 0;
  await using server = await serve(async (request, response) => {
    count += 1;
    // Until callers have come who found no connection.
    if (count === plan.connections) setTimeout(opened.resolve, plan.durationMs);
    await opened.promise;
    await confirm(request, response);
  });
  const { sentCount, unsentCount, p50Ms } = await arriveAt(server.url);
  expect(sentCount).toBe(plan.connections);
  expect(unsentCount).toBeGreaterThan(0);
  // From when they were due: all of them waited for the same moment.
  expect(p50Ms).toBeGreaterThan(plan.durationMs / 2);
});

test('an answer to something else, and none at all, have failed', async () => {
  let count = 0;
  await using server = await serve(async (request, response) => {
    count += 1;
    await text(request);
    if (count === 1) request.socket.destroy();
    else response.end('{}');
    await pause(0);
  });
  const { sentCount, failedCount, acknowledgedIds } = await arriveAt(server.url);
  expect(failedCount).toBe(sentCount);
  expect(acknowledgedIds).toEqual([]);
});
