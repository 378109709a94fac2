import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHoldfastClient, newId } from '../src/index.ts';
import { eventOnSale, expectSound, type RealApi, startRealApi, tokenOf } from './real-api.ts';

let api: RealApi;
beforeAll(async () => {
  api = await startRealApi();
});
afterAll(() => api.stop());

const token = tokenOf('olga', 'organizer');
const retry = { backoffBaseMs: 1, backoffMaxMs: 2 };

type Fetch = typeof fetch;

function organizerWith(fetchIt: Fetch = fetch) {
  return createHoldfastClient({ url: api.url, token, retry, fetch: fetchIt }).event;
}

function isChange(init: RequestInit | undefined): boolean {
  return init?.method === 'POST';
}

/** What the requests of a client said in their bodies. */
function recording() {
  const bodies: Record<string, unknown>[] = [];
  const requests: (() => Promise<Response>)[] = [];
  const fetchIt: Fetch = async (input, init) => {
    if (isChange(init) && typeof init?.body === 'string') {
      bodies.push(JSON.parse(init.body));
      requests.push(() => fetch(input, { ...init, signal: null }));
    }
    return await fetch(input, init);
  };
  return { fetchIt, bodies, requests };
}

const seatsOf = async (eventId: string) =>
  (await organizerWith().get({ eventId, maxAgeMs: 0 })).seatCount;

describe('capacity 100, then 200, then the first one again', () => {
  test("stays 200, when it is the client's own retry that comes late", async () => {
    const eventId = await eventOnSale(api.url, 10);
    let attemptCount = 0;
    const cutOnce: Fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!isChange(init)) return response;
      attemptCount += 1;
      if (attemptCount > 1) return response;
      // It is done, nobody hears of it, and before the retry somebody else decides otherwise.
      await organizerWith().setCapacity({ eventId, seatCount: 200 });
      throw new TypeError('cut');
    };
    const answer = await organizerWith(cutOnce).setCapacity({ eventId, seatCount: 100 });
    expect(attemptCount).toBe(2);
    expect(answer).toMatchObject({ status: 'refused', reason: 'event_changed' });
    expect(await seatsOf(eventId)).toBe(200);
    await expectSound(api.database);
  });

  test('stays 200, when the network delivers the first one twice', async () => {
    const eventId = await eventOnSale(api.url, 10);
    const { fetchIt, requests } = recording();
    const event = organizerWith(fetchIt);
    await event.setCapacity({ eventId, seatCount: 100 });
    await event.setCapacity({ eventId, seatCount: 200 });
    const late = await requests[0]?.();
    expect(await late?.json()).toMatchObject({ result: { data: { reason: 'event_changed' } } });
    expect(await seatsOf(eventId)).toBe(200);
  });
});

describe('a change says which version of the event the client has seen', () => {
  test('the newest, from its own commands and from what it read', async () => {
    const { fetchIt, bodies } = recording();
    const event = organizerWith(fetchIt);
    const made = { eventId: newId(), title: 'Tea', date: '2999-01-01T20:00:00Z', seatCount: 9 };
    const { eventId } = made;
    await event.create(made);
    await event.open({ eventId });
    await organizerWith().update({ eventId, title: 'Coffee' });
    expect(await event.update({ eventId, title: 'Milk' })).toMatchObject({
      reason: 'event_changed',
    });
    await event.get({ eventId, maxAgeMs: 0 });
    expect(await event.update({ eventId, title: 'Milk' })).toMatchObject({ status: 'accepted' });
    await event.close({ eventId, expectedVersion: 77 });
    expect(bodies.map(({ expectedVersion }) => expectedVersion)).toEqual([undefined, 1, 2, 3, 77]);
  });

  test('and reads an event of which it has seen nothing', async () => {
    const eventId = await eventOnSale(api.url);
    const { fetchIt, bodies } = recording();
    await organizerWith(fetchIt).setCapacity({ eventId, seatCount: 20 });
    expect(bodies).toMatchObject([{ expectedVersion: 2 }]);
  });

  test('and has seen what a list showed', async () => {
    const eventId = await eventOnSale(api.url);
    let readCount = 0;
    const counting: Fetch = (input, init) => {
      if (!isChange(init)) readCount += 1;
      return fetch(input, init);
    };
    const event = organizerWith(counting);
    await event.list({ mine: true, limit: 100 });
    expect(await event.close({ eventId })).toMatchObject({ status: 'accepted' });
    expect(readCount).toBe(1);
  });

  test('but of one that is not there, or not its own, the api says so', async () => {
    const refusal = { status: 'refused', reason: 'event_not_found' };
    expect(await organizerWith().open({ eventId: newId() })).toMatchObject(refusal);
    const { event } = createHoldfastClient({ url: api.url, token: tokenOf('otto', 'organizer') });
    const draft = { eventId: newId(), title: 'A', date: '2999-01-01T20:00:00Z', seatCount: 9 };
    await organizerWith().create(draft);
    expect(await event.open({ eventId: draft.eventId })).toMatchObject(refusal);
  });
});
