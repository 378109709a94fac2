import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type Change,
  commit,
  type Database,
  DatabaseUnavailable,
  findChangedEvents,
  listenToFeed,
  openDatabase,
  readFeed,
  relayOutbox,
} from '@holdfast/data';
import { startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { eventOnSale, expectSound, openFresh } from './fixture.ts';

let database: Database;
let url: string;
const opened: Database[] = [];
beforeEach(async () => {
  ({ database, url } = await openFresh());
  opened.push(database);
});
afterAll(async () => {
  for (const each of opened) {
    await expectSound(each);
    await each.close();
  }
});

function book() {
  return { type: 'book', bookingId: randomUUID(), userId: randomUUID(), quantity: 1 } as const;
}

/** Puts an event on sale and books it so many times: one more version each. */
async function eventOfVersion(version: number, on = database): Promise<string> {
  const eventId = await eventOnSale(on, { total: 1_000 });
  for (let made = 1; made < version; made += 1) await commit(on, eventId, [book()]);
  return eventId;
}

/** Relays everything that is pending, and answers it as `deliver` heard it. */
async function relayAll(on = database, changeCountMax = 1_000): Promise<readonly Change[]> {
  const heard: Change[] = [];
  for (let isComplete = false; !isComplete; ) {
    const deliver = async (changes: readonly Change[]) => void heard.push(...changes);
    const relayed = await relayOutbox(on, { changeCountMax, deliver });
    isComplete = relayed?.isComplete ?? false;
  }
  return heard;
}

function versionsOf(changes: readonly Change[], eventId: string): number[] {
  return changes.filter((change) => change.eventId === eventId).map(({ version }) => version);
}

describe('the relay', () => {
  test('delivers each version of each event once, in order, page by page', async () => {
    const [a, b] = [await eventOfVersion(5), await eventOfVersion(3)];
    const heard = await relayAll(database, 2);
    expect(versionsOf(heard, a)).toEqual([1, 2, 3, 4, 5]);
    expect(versionsOf(heard, b)).toEqual([1, 2, 3]);
    expect(heard.find(({ eventId, version }) => eventId === a && version === 5)).toEqual({
      eventId: a,
      version: 5,
      status: 'on_sale',
      seatCount: 1_000,
      availableSeats: 996,
      heldSeats: 0,
    });
    expect(await relayAll()).toEqual([]);
  });

  test('leaves pending what could not be delivered, and tells it again', async () => {
    const eventId = await eventOfVersion(3);
    const deliver = async () => {
      throw new Error('nobody there');
    };
    await expect(relayOutbox(database, { changeCountMax: 10, deliver })).rejects.toThrow('nobody');
    expect(versionsOf(await relayAll(), eventId)).toEqual([1, 2, 3]);
  });

  test('runs in one process at a time', async () => {
    await eventOfVersion(2);
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const deliver = async () => {
      begun.resolve();
      await go.promise;
    };
    const first = relayOutbox(database, { changeCountMax: 10, deliver });
    await begun.promise;
    expect(await relayOutbox(database, { changeCountMax: 10, deliver })).toBeNull();
    go.resolve();
    expect(await first).toMatchObject({ isComplete: true });
  });

  test('that dies in the middle has delivered nothing', async () => {
    const eventId = await eventOfVersion(2);
    const dying = await openDatabase({ url, applicationName: 'dying' });
    const deliver = async () => {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dying'`,
      );
    };
    await expect(relayOutbox(dying, { changeCountMax: 10, deliver })).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    await dying.close();
    expect(versionsOf(await relayAll(), eventId)).toEqual([1, 2]);
  });
});

describe('a listener', () => {
  /** Listens, and gathers what it hears. */
  function listen(to: Database) {
    const heard: Change[] = [];
    const events = new EventTarget();
    let gapCount = 0;
    const feed = listenToFeed(to, {
      onChanges: (changes) => heard.push(...changes),
      onGap: () => {
        gapCount += 1;
        events.dispatchEvent(new Event('gap'));
      },
      onError: () => {},
    });
    onTestFinished(() => feed.close());
    return { heard, gap: () => once(events, 'gap'), gapCount: () => gapCount };
  }

  test('hears of every change once it is relayed, in order, however many', async () => {
    const { heard, gap } = listen(database);
    await gap();
    const eventId = await eventOfVersion(120);
    expect(heard).toEqual([]);
    await relayAll();
    await expect.poll(() => heard.length).toBe(120);
    expect(versionsOf(heard, eventId)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  });

  test('is told of a gap whenever it had to connect anew, and goes on', async () => {
    await using proxy = await startTcpProxy(url);
    const cut = await openDatabase({ url: proxy.url });
    onTestFinished(() => cut.close());
    const { heard, gap, gapCount } = listen(cut);
    await gap();
    proxy.cut();
    const missed = await eventOfVersion(2);
    await relayAll();
    proxy.restore();
    await expect.poll(gapCount).toBe(2);
    expect(versionsOf(heard, missed)).toEqual([]);
    const next = await eventOfVersion(2);
    await relayAll();
    await expect.poll(() => versionsOf(heard, next)).toEqual([1, 2]);
  });
});

test('what was missed is read from where it was written, in order, relayed or not', async () => {
  const eventId = await eventOfVersion(6);
  const read = await readFeed(database, { eventId, afterVersion: 2, limit: 3 });
  expect(versionsOf(read, eventId)).toEqual([3, 4, 5]);
  expect(await readFeed(database, { eventId, afterVersion: 6, limit: 3 })).toEqual([]);
});

test('events that have changed lately are found, each once', async () => {
  const [old, changed] = [await eventOfVersion(1), await eventOfVersion(1 + randomInt(1, 5))];
  await database.pool.query('update outbox set at = $2 where event_id = $1', [
    old,
    new Date(Date.now() - 60_000),
  ]);
  expect(await findChangedEvents(database, { withinMs: 30_000, limit: 10 })).toEqual([changed]);
});
