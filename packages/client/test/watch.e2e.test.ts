import { setTimeout as sleep } from 'node:timers/promises';
import { commit } from '@holdfast/data';
import { randomFrom, startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHoldfastClient, type EventUpdate, type HoldfastError, newId } from '../src/index.ts';
import { misbehavingServer } from './misbehaving-server.ts';
import { clientOf, eventOnSale, type RealApi, startRealApi } from './real-api.ts';
import { startRelay } from '@holdfast/fixtures';

let api: RealApi;
let relay: ReturnType<typeof startRelay>;

beforeAll(async () => {
  api = await startRealApi();
  relay = startRelay(api.database);
});

afterAll(async () => {
  await relay.stop();
  await api.stop();
});

const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 1_000_000);

/** Adds so many versions to an event of olga's. */
async function change(eventId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const total = 11 + index;
    await commit(api.database, eventId, [{ type: 'setCapacity', organizerId: 'olga', total }]);
  }
}

const versionsOf = ({ changes }: EventUpdate) => changes.map(({ version }) => version);

/** What comes up to this version; the watch ends then. */
async function watchUntil(updates: AsyncIterable<EventUpdate>, last: number) {
  const seen: EventUpdate[] = [];
  for await (const update of updates) {
    seen.push(update);
    if ((versionsOf(update).at(-1) ?? 0) >= last) return seen;
  }
  return seen;
}

describe('a watch', () => {
  test('begins with what the event looks like, and goes on with what a buyer does', async () => {
    const eventId = await eventOnSale(api.url, 3);
    const ada = clientOf(api.url, 'ada');
    const seats: (number | undefined)[] = [];
    for await (const { changes } of ada.event.watch({ eventId })) {
      seats.push(...changes.map(({ availableSeats }) => availableSeats));
      if (seats.at(-1) === 1) break;
      await ada.booking.book({ eventId, quantity: 2 });
    }
    expect(seats).toEqual([3, 1]);
  });

  test('misses nothing and reorders nothing, however often and wherever it is cut', async () => {
    console.log(`HOLDFAST_SEED=${seed}`);
    const random = randomFrom(seed);
    await using proxy = await startTcpProxy(api.url);
    const eventId = await eventOnSale(api.url);
    const changeCount = 200;
    const retry = { backoffBaseMs: 5, backoffMaxMs: 20 };
    const { event } = createHoldfastClient({ url: proxy.url, retry });
    let cutCount = 0;
    const watching = Array.from({ length: 10 }, () => {
      const onCut = () => void (cutCount += 1);
      return watchUntil(event.watch({ eventId, afterVersion: 2 }, { onCut }), 2 + changeCount);
    });
    const changing = change(eventId, changeCount);
    for (let index = 0; index < 15; index += 1) {
      await sleep(random() * 100);
      proxy.cut();
      proxy.restore();
    }
    await changing;
    for (const updates of await Promise.all(watching)) {
      expect(updates.flatMap(versionsOf)).toEqual(
        Array.from({ length: changeCount }, (_, index) => index + 3),
      );
      expect(updates.some(({ restarted }) => restarted)).toBe(false);
    }
    expect(cutCount).toBeGreaterThan(0);
  });

  test('says that it begins anew, where it missed too much', async () => {
    const eventId = await eventOnSale(api.url);
    await change(eventId, 510);
    const { event } = createHoldfastClient({ url: api.url });
    const [update] = await watchUntil(event.watch({ eventId, afterVersion: 1 }), 512);
    expect(update).toMatchObject({ restarted: true, changes: [{ version: 512 }] });
  });

  test('goes on when the api was away', async () => {
    const eventId = await eventOnSale(api.url);
    await using proxy = await startTcpProxy(api.url);
    proxy.cut();
    const retry = { backoffBaseMs: 5, backoffMaxMs: 20 };
    const { event } = createHoldfastClient({ url: proxy.url, retry });
    const faults: string[] = [];
    const onCut = (why: HoldfastError) => {
      faults.push(why.fault);
      if (faults.length === 3) proxy.restore();
    };
    await watchUntil(event.watch({ eventId }, { onCut }), 2);
    expect(faults).toHaveLength(3);
  });

  test('tells when it stands again, though nothing has changed meanwhile', async () => {
    const eventId = await eventOnSale(api.url);
    await using proxy = await startTcpProxy(api.url);
    const retry = { backoffBaseMs: 5, backoffMaxMs: 20 };
    const { event } = createHoldfastClient({ url: proxy.url, retry });
    const left = new AbortController();
    const told: string[] = [];
    const options = {
      signal: left.signal,
      onOpen: () => void (told.push('open') === 3 && left.abort()),
      onCut: () => void told.push('cut'),
    };
    for await (const _update of event.watch({ eventId }, options)) {
      proxy.cut();
      proxy.restore();
    }
    expect(told).toEqual(['open', 'cut', 'open']);
  });

  test('ends in peace when its caller aborts it, at once', async () => {
    const eventId = await eventOnSale(api.url);
    const left = new AbortController();
    const { event } = createHoldfastClient({ url: api.url });
    let updateCount = 0;
    for await (const _update of event.watch({ eventId }, { signal: left.signal })) {
      updateCount += 1;
      left.abort();
    }
    expect(updateCount).toBe(1);
  });

  test('ends when its caller aborts it, though the token function never answers', async () => {
    const left = new AbortController();
    const token = () => new Promise<string>(() => {});
    const { event } = createHoldfastClient({ url: api.url, token });
    setTimeout(() => left.abort(), 20);
    const watching = event.watch({ eventId: newId() }, { signal: left.signal });
    for await (const _update of watching) throw new Error('Nobody signed in.');
  });

  test('of what does not exist is an error that says so', async () => {
    const { event } = createHoldfastClient({ url: api.url });
    const watching = watchUntil(event.watch({ eventId: newId() }), 1);
    await expect(watching).rejects.toMatchObject({ name: 'HoldfastError', fault: 'not_found' });
  });

  test('does not come back after a status that says why for good', async () => {
    const statuses: number[] = [];
    const noting: typeof fetch = async (...request) => {
      const response = await fetch(...request);
      statuses.push(response.status);
      return response;
    };
    const { event } = createHoldfastClient({ url: api.url, fetch: noting });
    await watchUntil(event.watch({ eventId: newId() }), 1).catch(() => {});
    expect(statuses).toEqual([404]);
  });

  test('of what is no Holdfast api is an error that says so', async () => {
    await using server = await misbehavingServer({ page: 200 });
    const { event } = createHoldfastClient({ url: server.url });
    const watching = watchUntil(event.watch({ eventId: newId() }), 1);
    await expect(watching).rejects.toMatchObject({ fault: 'bad_answer' });
  });

  test('waits as long as an overloaded api asks', async () => {
    const overloaded = { fault: 'overloaded', httpStatus: 503, retryAfterMs: 80 };
    await using server = await misbehavingServer(overloaded, overloaded, { page: 404 });
    const { event } = createHoldfastClient({ url: server.url, retry: { backoffBaseMs: 1 } });
    await watchUntil(event.watch({ eventId: newId() }), 1).catch(() => {});
    const [first = 0, second = 0, third = 0] = server.requests.map(({ atMs }) => atMs);
    expect(second - first).toBeGreaterThanOrEqual(79);
    expect(third - second).toBeGreaterThanOrEqual(79);
  });
});

describe('a watch of several events', () => {
  test('says of which event each update is, and misses nothing of any, however it is cut', async () => {
    const eventIds = [await eventOnSale(api.url, 3), await eventOnSale(api.url, 3)];
    const [one = '', two = ''] = eventIds;
    await using proxy = await startTcpProxy(api.url);
    const ada = clientOf(proxy.url, 'ada');
    const seen = new Map(eventIds.map((eventId) => [eventId, [] as number[]]));
    const lastOf = (eventId: string) => seen.get(eventId)?.at(-1) ?? 0;
    let cutCount = 0;
    const miss = async () => {
      proxy.cut();
      await change(one, 5);
      await change(two, 3);
      proxy.restore();
    };
    for await (const update of ada.event.watch({ eventIds }, { onCut: () => (cutCount += 1) })) {
      seen.get(update.eventId)?.push(...versionsOf(update));
      if (lastOf(one) === 2 && lastOf(two) === 2) await miss();
      if (lastOf(one) === 7 && lastOf(two) === 5) break;
    }
    expect(cutCount).toBeGreaterThan(0);
    expect(seen.get(one)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(seen.get(two)).toEqual([2, 3, 4, 5]);
  });

  test('ends for good where one of them is not there, and names it', async () => {
    const missing = newId();
    const eventIds = [await eventOnSale(api.url, 3), missing];
    const watching = clientOf(api.url, 'ada').event.watch({ eventIds })[Symbol.asyncIterator]();
    await expect(watching.next()).rejects.toMatchObject({ fault: 'not_found' });
    const again = clientOf(api.url, 'ada').event.watch({ eventIds })[Symbol.asyncIterator]();
    await expect(again.next()).rejects.toThrow(missing);
  });
});
