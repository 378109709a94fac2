import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshTables, startRelay } from '@holdfast/fixtures';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, callerOf, eventOnSale, someEvent, startApi, type TestApi } from './api.ts';
import { messagesOf, updatesOf, versionsUntil, watchUrl } from './stream.ts';
import { tokenOf } from './token.ts';

let databaseUrl: string;
let api: TestApi;
let relay: ReturnType<typeof startRelay>;
let olga: Caller;

beforeAll(async () => {
  databaseUrl = await freshTables();
  api = await startApi({ env: { DATABASE_URL: databaseUrl } });
  relay = startRelay(api.database);
  olga = await callerOf(api, 'olga', 'organizer');
});

afterAll(async () => {
  await relay.stop();
  await api.stop();
});

/** Ends what a test watches. */
let left: AbortController;

beforeEach(() => {
  left = new AbortController();
});

afterEach(() => left.abort());

function watch(eventId: string, watching: Parameters<typeof updatesOf>[2] = {}) {
  return updatesOf(api.url, eventId, { ...watching, signal: left.signal });
}

/** Books one seat, as so many users. */
async function book(eventId: string, names: readonly string[]) {
  return await Promise.all(
    names.map(async (name) => {
      const user = await callerOf(api, name, 'user');
      const bookingId = randomUUID();
      await user.booking.book.mutate({ eventId, bookingId, quantity: 1 });
      return { user, reference: { eventId, bookingId } };
    }),
  );
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

describe('who watches an event', () => {
  test('sees it as it is, and then every change, numbered by version', async () => {
    const eventId = await eventOnSale(olga);
    const messages = messagesOf(api.url, eventId, { signal: left.signal });
    expect((await messages.next()).value).toMatchObject({ event: 'connected' });
    const { value: first } = await messages.next();
    const change = { status: 'on_sale', seatCount: 100, heldSeats: 0 };
    expect(first).toMatchObject({ event: 'message', id: '2' });
    expect(JSON.parse(first?.data ?? '')).toEqual({
      restarted: false,
      changes: [{ ...change, version: 2, availableSeats: 100 }],
    });
    await book(eventId, ['ada']);
    const { value: second } = await messages.next();
    expect(second?.id).toBe('3');
    expect(JSON.parse(second?.data ?? '')).toEqual({
      restarted: false,
      changes: [{ ...change, version: 3, availableSeats: 99 }],
    });
  });

  test('of a sold-out event sees that a seat came back', async () => {
    const eventId = await eventOnSale(olga, { seatCount: 1 });
    const [sold] = await book(eventId, ['ada']);
    const updates = watch(eventId);
    expect((await updates.next()).value?.changes[0]).toMatchObject({ availableSeats: 0 });
    await sold?.user.booking.cancel.mutate(sold.reference);
    expect((await updates.next()).value?.changes[0]).toMatchObject({ availableSeats: 1 });
  });

  test('goes on for longer than a request may take', async () => {
    const env = { DATABASE_URL: databaseUrl, REQUEST_TIMEOUT_MS: '500' };
    const hasty = await startApi({ env });
    const eventId = await eventOnSale(olga);
    const updates = updatesOf(hasty.url, eventId);
    await updates.next();
    await sleep(700);
    await book(eventId, ['ada']);
    expect((await updates.next()).value?.changes[0]?.version).toBe(3);
    await hasty.stop();
  });

  test('and comes back is told what it missed', async () => {
    const eventId = await eventOnSale(olga);
    const names = Array.from({ length: 8 }, (_, index) => `user ${index}`);
    for (const name of names) await book(eventId, [name]);
    expect(await versionsUntil(watch(eventId, { lastEventId: 4 }), 10)).toEqual([
      5, 6, 7, 8, 9, 10,
    ]);
    const byHeader = watch(eventId, { headers: { 'last-event-id': '8' } });
    expect(await versionsUntil(byHeader, 10)).toEqual([9, 10]);
  });

  test('and knows none, which is version 0, is told everything', async () => {
    const eventId = await eventOnSale(olga);
    await book(eventId, ['ada']);
    expect(await versionsUntil(watch(eventId, { lastEventId: 0 }), 3)).toEqual([1, 2, 3]);
  });

  test('and has been told of a version that never was, begins anew', async () => {
    const eventId = await eventOnSale(olga);
    const { value } = await watch(eventId, { lastEventId: 77 }).next();
    expect(value).toMatchObject({ restarted: true, changes: [{ version: 2 }] });
  });

  test('misses nothing while the connection that hears of changes is cut', async () => {
    const eventId = await eventOnSale(olga);
    const updates = watch(eventId);
    const names = Array.from({ length: 10 }, (_, index) => `user ${index}`);
    for (const [index, name] of names.entries()) {
      if (index % 3 === 0) await cutFeed();
      await book(eventId, [name]);
    }
    const versions = await versionsUntil(updates, 12);
    const first = versions[0] ?? 0;
    expect(versions).toEqual(Array.from({ length: 13 - first }, (_, index) => first + index));
  });

  test('and whoever asks, hears of what was relayed to nobody when the connection is back', async () => {
    const eventId = await eventOnSale(olga);
    const updates = watch(eventId);
    await updates.next();
    await olga.event.get.query({ eventId });
    await cutFeed();
    await book(eventId, ['ada']);
    expect(await versionsUntil(updates, 3)).toEqual([3]);
    expect((await olga.event.get.query({ eventId })).version).toBe(3);
  });

  test('is forgotten when it leaves', async () => {
    const eventId = await eventOnSale(olga);
    await until(async () => (await api.metric('holdfast_watchers')) === 0);
    const watches = Array.from({ length: 3 }, () => watch(eventId));
    await Promise.all(watches.map((updates) => updates.next()));
    expect(await api.metric('holdfast_watchers')).toBe(3);
    left.abort();
    await until(async () => (await api.metric('holdfast_watchers')) === 0);
  });
});

/** PostgreSQL ends the connection on which the api listens. */
async function cutFeed(): Promise<void> {
  await api.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name like '%-feed' and datname = current_database()`,
  );
}

describe('who may not watch', () => {
  test('an event that does not exist, and a draft of somebody else', async () => {
    const draft = someEvent();
    await olga.event.create.mutate(draft);
    const stranger = { token: await tokenOf('ada', 'organizer') };
    for (const [eventId, watching] of [
      [randomUUID(), {}],
      [draft.eventId, {}],
      [draft.eventId, stranger],
    ] as const) {
      const updates = watch(eventId, watching);
      await expect(updates.next()).rejects.toThrow('not_found');
    }
  });

  test('but who offers it may watch a draft', async () => {
    const draft = someEvent();
    await olga.event.create.mutate(draft);
    const own = { token: await tokenOf('olga', 'organizer') };
    const { value } = await watch(draft.eventId, own).next();
    expect(value?.changes[0]?.status).toBe('draft');
  });

  test.each(['-1', '00', '1.5', 'x', '99999999999', '1 '])('from the version "%s"', async (id) => {
    const eventId = await eventOnSale(olga);
    const updates = watch(eventId, { lastEventId: id });
    await expect(updates.next()).rejects.toThrow('bad_input');
  });
});

describe('who reads too slowly', () => {
  test('is dropped, and the others miss nothing', async () => {
    const eventId = await eventOnSale(olga);
    const { live } = api.reads;
    const slow = connect(Number(new URL(api.url).port), '127.0.0.1');
    slow.on('error', () => {});
    slow.pause();
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.write(`GET ${watchUrl('', eventId)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const updates = watch(eventId);
    await updates.next();
    await until(() => live.watcherCount === 2);
    let version = 2;
    while (live.watcherCount === 2) {
      const some = { eventId, status: 'on_sale', seatCount: 1, availableSeats: 1, heldSeats: 0 };
      const first = version + 1;
      version += 500;
      live.hear(
        Array.from({ length: 500 }, (_, index) => ({
          ...some,
          status: 'on_sale' as const,
          version: first + index,
        })),
      );
      const versions = await versionsUntil(updates, version);
      expect(versions).toEqual(Array.from({ length: 500 }, (_, index) => first + index));
    }
    expect(await api.metric('holdfast_watchers_dropped_total')).toBe(1);
    slow.resume();
    await closed;
  });
});

describe('an api that stops', () => {
  test('tells those who watch to go elsewhere, and ends', async () => {
    const stopping = await startApi();
    const organizer = await callerOf(stopping, 'olga', 'organizer');
    const eventId = await eventOnSale(organizer);
    const updates = updatesOf(stopping.url, eventId);
    await updates.next();
    const next = updates.next();
    next.catch(() => {});
    await stopping.stop();
    await expect(next).rejects.toThrow('draining');
  });
});
