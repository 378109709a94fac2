import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { CallName } from '../src/load/calls.ts';
import { ClosedLoop } from '../src/load/closed-loop.ts';
import { Deck, templatesOf } from '../src/load/deck.ts';
import { serve } from './serve.ts';

const users = Array.from({ length: 10 }, (_, index) => ({
  id: `u${index}`,
  token: `token-${index}`,
}));
const eventIds = [1, 2, 3].map((digit) => `0197f0a0-0000-7000-8000-00000000000${digit}`);

const plan = {
  calls: 'book' as CallName,
  connections: 4,
  durationMs: 2_000,
  eventIds,
  firstId: '0197f0a0-0000-7000-8000-0000000000ff',
  isRepeated: false,
};

async function load(url: string, changes: Partial<typeof plan> = {}) {
  const own = { ...plan, url, ...changes };
  const deck = new Deck(own.calls, templatesOf(own.calls, users, eventIds.length), own.firstId);
  const loop = new ClosedLoop(own, deck);
  await loop.open();
  return await loop.run();
}

interface Seen {
  readonly token: string | undefined;
  readonly eventId: string;
  readonly bookingId: string;
}

/** Answers as the api does, and notes who asked for what. */
function book(seen: Seen[]) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const { eventId, bookingId } = JSON.parse(await text(request));
    seen.push({ token: request.headers.authorization, eventId, bookingId });
    response.end(JSON.stringify({ result: { data: { id: bookingId, status: 'confirmed' } } }));
  };
}

test('everybody books once, under an id of its own, and the events are dealt in turn', async () => {
  const seen: Seen[] = [];
  await using server = await serve(book(seen));
  const { answers, errorCount } = await load(server.url);
  expect(errorCount).toBe(0);
  expect(answers.map(({ status }) => status)).toEqual(users.map(() => 'confirmed'));
  expect(new Set(seen.map(({ token }) => token)).size).toBe(users.length);
  expect(answers.map(({ bookingId }) => bookingId).toSorted()).toEqual(
    seen.map(({ bookingId }) => bookingId).toSorted(),
  );
  for (const { token = '', eventId } of seen) {
    expect(eventId).toBe(eventIds[Number(token.split('-')[1]) % eventIds.length]);
  }
});

test('where nothing is booked, users call again until time is over', async () => {
  const seen: Seen[] = [];
  await using server = await serve(book(seen));
  const { answers, wholeUntilMs } = await load(server.url, { isRepeated: true, durationMs: 150 });
  expect(answers.length).toBeGreaterThan(users.length);
  expect(answers.filter(({ isFirst }) => isFirst)).toHaveLength(plan.connections);
  expect(wholeUntilMs).toBe(150);
});

test('an order names its events, and its answer is its own', async () => {
  const orders: string[][] = [];
  await using server = await serve(async (request, response) => {
    const { orderId, lines } = JSON.parse(await text(request));
    orders.push(lines.map(({ eventId }: { eventId: string }) => eventId));
    response.end(JSON.stringify({ result: { data: { id: orderId, status: 'confirmed' } } }));
  });
  const { answers } = await load(server.url, { calls: 'order', connections: 1 });
  expect(answers.every(({ status }) => status === 'confirmed')).toBe(true);
  const [first = '', second = '', third = ''] = eventIds;
  expect(orders.slice(0, 2)).toEqual([
    [first, second, third],
    [second, third, first],
  ]);
});

test('a call whose connection breaks is an error, and the others go on', async () => {
  let count = 0;
  const answer = book([]);
  await using server = await serve(async (request, response) => {
    count += 1;
    if (count === 2) request.socket.destroy();
    else await answer(request, response);
  });
  const { answers, errorCount } = await load(server.url, { connections: 1 });
  expect(errorCount).toBe(1);
  expect(answers).toHaveLength(users.length - 1);
});
