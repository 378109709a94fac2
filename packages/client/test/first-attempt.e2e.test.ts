import { describe, expect, test } from 'vitest';
import { createHoldfastClient, newId } from '../src/index.ts';
import { misbehavingServer } from './misbehaving-server.ts';

const eventId = newId();

function clientOf(url: string) {
  return createHoldfastClient({ url, token: 'a.b.c', retry: { backoffBaseMs: 1 } });
}

describe.each(['reserve', 'book'] as const)('a %s says that it was never sent before', (verb) => {
  test('when the client makes its id, and sends it for the first time', async () => {
    await using server = await misbehavingServer('cut_before', 'cut_after', 'serve');
    await clientOf(server.url).booking[verb]({ eventId, quantity: 1 });
    const said = server.requests.map(({ input }) => input['isFirstAttempt']);
    expect(said).toEqual([true, false, false]);
  });

  test('and never with an id that its caller gave: that may have been sent by another call', async () => {
    await using server = await misbehavingServer('cut_before', 'serve');
    await clientOf(server.url).booking[verb]({ eventId, bookingId: newId(), quantity: 1 });
    expect(server.requests.map(({ input }) => input['isFirstAttempt'])).toEqual([false, false]);
  });

  test('and with an id of its caller, who says that it is new, but not in the retry', async () => {
    await using server = await misbehavingServer('cut_after', 'serve');
    const input = { eventId, bookingId: newId(), quantity: 1, isFirstAttempt: true };
    await clientOf(server.url).booking[verb](input);
    expect(server.requests.map(({ input: sent }) => sent['isFirstAttempt'])).toEqual([true, false]);
  });

  test('and again where the api says that nothing was done', async () => {
    const overloaded = { fault: 'overloaded', httpStatus: 503, retryAfterMs: 1 };
    await using server = await misbehavingServer(overloaded, 'cut_after', overloaded, 'serve');
    await clientOf(server.url).booking[verb]({ eventId, quantity: 1 });
    const said = server.requests.map(({ input }) => input['isFirstAttempt']);
    expect(said).toEqual([true, true, false, false]);
  });

  test('and again for the next call, which has an id of its own', async () => {
    await using server = await misbehavingServer('serve');
    const { booking } = clientOf(server.url);
    await booking[verb]({ eventId, quantity: 1 });
    await booking[verb]({ eventId, quantity: 1 });
    expect(server.requests.map(({ input }) => input['isFirstAttempt'])).toEqual([true, true]);
  });
});

describe('a read says how old its answer may be', () => {
  test('after a command, and no older than the caller wants', async () => {
    const page = { answer: { items: [], nextCursor: null } };
    await using server = await misbehavingServer('serve', 'serve', 'serve', 'serve', page);
    const { event, booking } = clientOf(server.url);
    await event.get({ eventId });
    await event.get({ eventId, maxAgeMs: 7 });
    await booking.book({ eventId, quantity: 1 });
    await event.get({ eventId });
    await event.list();
    await event.list({ maxAgeMs: 0 });
    const asked = server.requests.map(({ input }) => input['maxAgeMs']);
    expect(asked.slice(0, 3)).toEqual([undefined, 7, undefined]);
    for (const maxAgeMs of asked.slice(3, 5)) expect(maxAgeMs).toBeLessThan(5_000);
    expect(asked[5]).toBe(0);
  });
});
