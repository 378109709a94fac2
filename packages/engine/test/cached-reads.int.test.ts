import { randomUUID } from 'node:crypto';
import { freshTables } from '@holdfast/fixtures';
import { connectRedis, type RedisConnection, waitUntilReady } from '@holdfast/redis';
import { commit, type Database, openDatabase } from '@holdfast/data';
import { freshPrefix, redisFlavours, startTcpProxy } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerTimeoutMs, openSecondLevel } from '../src/reads/cached-level.ts';
import { type CachedReads, createCachedReads, listPeriodMs } from '../src/reads/cached-reads.ts';
import { openQueue } from './open-queue.ts';
import type { ReadFrom } from '../src/reads/cached-reader.ts';
import { fence } from './fence.ts';

let url: string;
let database: Database;
/** Statements that went to PostgreSQL through the pool. */
let queryCount = 0;

beforeAll(async () => {
  url = await freshTables();
  database = await openDatabase({ url });
  database.pool.on('acquire', () => {
    queryCount += 1;
  });
});

afterAll(() => database.close());

beforeEach(() => {
  queryCount = 0;
});

/** Redis is asked for longer than by an api: what it answers late on a busy machine counts here, too. */
const patienceMs = 5_000;

const organizerId = 'olga';

async function newEvent(): Promise<string> {
  const eventId = randomUUID();
  const policy = {
    quantityPerBookingMax: 9,
    activeBookingsPerUserMax: 9,
    holdDurationMs: 60_000,
    holdPauseMs: 0,
    cancelDeadlineMs: null,
    holdExtensionMaxMs: 0,
    extendsWhenSoldOut: true,
  };
  const saleWindow = { opensAt: null, closesAt: null };
  const about = { title: 'Names', date: Date.UTC(2999, 5, 1), total: 100, saleWindow, policy };
  await commit(database, eventId, [{ type: 'create', organizerId, eventId, ...about }]);
  await commit(database, eventId, [{ type: 'open', organizerId }]);
  queryCount = 0;
  return eventId;
}

/** Adds a version; answers it and the seats that it has. */
async function change(eventId: string, total: number): Promise<void> {
  await commit(database, eventId, [{ type: 'setCapacity', organizerId, total }]);
  queryCount = 0;
}

/** A process: its own memory, and Redis where it is given one. */
function startProcess(
  redis: RedisConnection | null = null,
  prefix = '',
  timeoutMs = patienceMs,
): TestProcess {
  const froms: ReadFrom[] = [];
  const reads = createCachedReads({
    database,
    queue: openQueue(),
    second: redis && openSecondLevel(redis, prefix, timeoutMs),
    onRead: (_read, from) => void froms.push(from),
  });
  return { reads, froms };
}

interface TestProcess {
  readonly reads: CachedReads;
  /** Where its answers came from. */
  readonly froms: readonly ReadFrom[];
}

/** PostgreSQL answers as it is, but the answers to reads stay on the way until they are let go. */
function slowDatabase(): { database: Database; letGo: () => void } {
  const gate = Promise.withResolvers<void>();
  const query = async (...args: Parameters<Database['pool']['query']>) => {
    const result: unknown = await Promise.resolve(database.pool.query(...args));
    await gate.promise;
    return result;
  };
  const pool = new Proxy(database.pool, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
  return { database: { ...database, pool }, letGo: gate.resolve };
}

/** Longer than all that this file makes, so that every event is in it. */
const list = { onlyAvailable: false, limit: 100 };

describe('in one process, without Redis', () => {
  test('a crowd costs one read, and the next crowd none', async () => {
    const eventId = await newEvent();
    const { reads } = startProcess();
    const crowd = () =>
      Promise.all(Array.from({ length: 100 }, () => reads.findEvent(eventId, null)));
    expect(new Set((await crowd()).map((event) => event?.version))).toEqual(new Set([2]));
    expect(queryCount).toBe(1);
    await crowd();
    expect(queryCount).toBe(1);
  });

  test('a crowd that accepts nothing old costs two reads at most', async () => {
    const eventId = await newEvent();
    const { reads } = startProcess();
    await Promise.all(Array.from({ length: 100 }, () => reads.findEvent(eventId, 0)));
    expect(queryCount).toBeLessThanOrEqual(2);
  });

  test('a flush at peak costs one read a key', async () => {
    const eventIds = await Promise.all(Array.from({ length: 5 }, newEvent));
    const { reads } = startProcess();
    queryCount = 0;
    const crowd = () =>
      Promise.all([
        ...eventIds.flatMap((eventId) =>
          Array.from({ length: 20 }, () => reads.findEvent(eventId, null)),
        ),
        ...Array.from({ length: 20 }, () => reads.listEvents(list, null)),
      ]);
    await crowd();
    reads.forgetAll();
    await crowd();
    expect(queryCount).toBe(2 * (eventIds.length + 1));
  });

  test('an event that begins leaves a list that is 20 s old, though nobody hears of it', async () => {
    const eventId = await newEvent();
    const { reads, froms } = startProcess();
    const isListed = async (maxAgeMs: number | null) => {
      const { items } = await reads.listEvents(list, maxAgeMs);
      return items.some(({ id }) => id === eventId);
    };
    expect(await isListed(null)).toBe(true);
    // As if time had passed: no commit says so.
    const begin = `update events set date = now() - interval '1 second' where id = $1`;
    await database.pool.query(begin, [eventId]);
    expect(await isListed(null)).toBe(true);
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 20_001);
    try {
      expect(await isListed(null)).toBe(false);
    } finally {
      clock.mockRestore();
    }
    expect(froms).toEqual(['database', 'memory', 'database']);
  });

  test('what a change was heard of is read anew, and an old one that is heard late is not', async () => {
    const eventId = await newEvent();
    const { reads, froms } = startProcess();
    await reads.findEvent(eventId, null);
    await change(eventId, 50);
    reads.hear([{ eventId, version: 2 }]);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(100);
    reads.hear([{ eventId, version: 3 }]);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(50);
    expect(froms).toEqual(['database', 'memory', 'database']);
  });

  test('a read that began before a change and ends after it is not served later', async () => {
    const eventId = await newEvent();
    const slow = slowDatabase();
    const reads = createCachedReads({ database: slow.database, queue: openQueue(), second: null });
    const early = reads.findEvent(eventId, null);
    const earlyList = reads.listEvents(list, null);
    await until(() => queryCount === 2);
    await change(eventId, 50);
    reads.hear([{ eventId, version: 3 }]);
    const later = Promise.all([reads.findEvent(eventId, null), reads.listEvents(list, null)]);
    slow.letGo();
    expect((await early)?.seatCount).toBe(100);
    await earlyList;
    const [event, page] = await later;
    expect(event?.seatCount).toBe(50);
    expect(page.items.find(({ id }) => id === eventId)?.seatCount).toBe(50);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(50);
  });

  test('a read that began before a gap is not served after it', async () => {
    const eventId = await newEvent();
    const slow = slowDatabase();
    const reads = createCachedReads({ database: slow.database, queue: openQueue(), second: null });
    const early = reads.findEvent(eventId, null);
    await until(() => queryCount === 1);
    await change(eventId, 50);
    reads.forgetAll();
    slow.letGo();
    await early;
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(50);
  });

  test('an answer is no older than its caller allows', async () => {
    const eventId = await newEvent();
    const { reads } = startProcess();
    await reads.findEvent(eventId, null);
    await change(eventId, 50);
    expect((await reads.findEvent(eventId, 10_000))?.seatCount).toBe(100);
    expect((await reads.findEvent(eventId, 0))?.seatCount).toBe(50);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(50);
  });

  test('a list shows a change within its period, however many come', async () => {
    const eventId = await newEvent();
    const { reads } = startProcess();
    await reads.listEvents(list, null);
    queryCount = 0;
    const beganAt = performance.now();
    let version = 3;
    let changeCount = 0;
    const isReadAnew = () => queryCount >= 3;
    while (!isReadAnew()) {
      reads.hear([{ eventId, version: (version += 1) }]);
      await reads.listEvents(list, null);
      await new Promise(setImmediate);
      changeCount += 1;
    }
    const periodCount = Math.ceil((performance.now() - beganAt) / listPeriodMs);
    expect(queryCount).toBeLessThanOrEqual(periodCount + 1);
    expect(changeCount).toBeGreaterThan(queryCount);
  });

  test('while PostgreSQL is away old answers are better than none, but not older than allowed', async () => {
    await using proxy = await startTcpProxy(url);
    const cut = await openDatabase({ url: proxy.url });
    const eventId = await newEvent();
    const reads = createCachedReads({ database: cut, queue: openQueue(), second: null });
    await reads.findEvent(eventId, null);
    proxy.cut();
    reads.hear([{ eventId, version: 2 }]);
    expect((await reads.findEvent(eventId, null))?.version).toBe(2);
    await expect(reads.findEvent(eventId, 0)).rejects.toMatchObject({ name: /Unavailable/ });
    reads.hear([{ eventId, version: 3 }]);
    await expect(reads.findEvent(eventId, null)).rejects.toMatchObject({ name: /Unavailable/ });
    await cut.close();
  });
});

describe.each(redisFlavours())('with $name as the second level', ({ url: redisUrl }) => {
  let redis: RedisConnection;
  let prefix: string;

  beforeAll(async () => {
    redis = connectRedis(redisUrl, 'cache');
    await waitUntilReady(redis, 5_000);
    prefix = freshPrefix();
  });

  afterAll(() => redis.disconnect());

  test('what one process has read, another need not', async () => {
    const eventId = await newEvent();
    const own = freshPrefix();
    const one = startProcess(redis, own);
    await one.reads.findEvent(eventId, null);
    await one.reads.listEvents(list, null);
    await until(async () => (await keysOf(redis, own, '')).length === 2);
    queryCount = 0;
    const other = startProcess(redis, own);
    expect((await other.reads.findEvent(eventId, null))?.id).toBe(eventId);
    const page = await other.reads.listEvents(list, null);
    expect(page.items.map(({ id }) => id)).toContain(eventId);
    expect(other.froms).toEqual(['redis', 'redis']);
    expect(queryCount).toBe(0);
  });

  test('a flush at peak costs one read a key and process', async () => {
    const eventId = await newEvent();
    const processes = [1, 2].map(() => startProcess(redis, freshPrefix()));
    const crowd = processes.flatMap(({ reads }) =>
      Array.from({ length: 50 }, () => reads.findEvent(eventId, null)),
    );
    await Promise.all(crowd);
    expect(queryCount).toBe(2);
  });

  test('what was stored late, after the worker has dropped it, is served to nobody', async () => {
    const eventId = await newEvent();
    const slow = slowDatabase();
    const second = openSecondLevel(redis, prefix, patienceMs);
    const late = createCachedReads({ database: slow.database, queue: openQueue(), second });
    const reading = late.findEvent(eventId, null);
    const readingList = late.listEvents({ ...list, limit: 99 }, null);
    await until(() => queryCount === 2);
    await change(eventId, 50);
    await fence(redis, prefix, [{ eventId, version: 3 }]);
    slow.letGo();
    await Promise.all([reading, readingList]);
    await until(async () => (await keysOf(redis, prefix, eventId)).length === 2);
    // It has heard of nothing: a process that has just begun.
    const { reads } = startProcess(redis, prefix);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(50);
    const page = await reads.listEvents({ ...list, limit: 99 }, null);
    expect(page.items.find(({ id }) => id === eventId)?.seatCount).toBe(50);
  });

  test('what Redis has of before a change is not served by who has heard of the change', async () => {
    const eventId = await newEvent();
    await startProcess(redis, prefix).reads.findEvent(eventId, null);
    await until(async () => (await keysOf(redis, prefix, eventId)).length === 1);
    await change(eventId, 50);
    const { reads } = startProcess(redis, prefix);
    expect((await reads.findEvent(eventId, null))?.seatCount).toBe(100);
    const { reads: hearing } = startProcess(redis, prefix);
    hearing.hear([{ eventId, version: 3 }]);
    expect((await hearing.findEvent(eventId, null))?.seatCount).toBe(50);
  });

  test('an entry of another process is a second older than it says', async () => {
    const eventId = await newEvent();
    await startProcess(redis, prefix).reads.findEvent(eventId, null);
    await until(async () => (await keysOf(redis, prefix, eventId)).length === 1);
    await change(eventId, 50);
    const { reads } = startProcess(redis, prefix);
    expect((await reads.findEvent(eventId, 900))?.seatCount).toBe(50);
  });

  test('what is no entry is as good as nothing, whoever wrote it', async () => {
    const eventId = await newEvent();
    const foreign = await newEvent();
    const { reads } = startProcess();
    const value = await reads.findEvent(foreign, null);
    const key = `${prefix}:cache:{event:${eventId}}:entry`;
    const texts = ['', 'no JSON', '{}', '[]', 'null', '{"readAt":9e99,"value":{}}'];
    for (const text of [...texts, JSON.stringify({ readAt: Date.now(), value })]) {
      await redis.set(key, text, 'PX', 5_000);
      const event = await startProcess(redis, prefix).reads.findEvent(eventId, null);
      expect([text, event?.id]).toEqual([text, eventId]);
    }
  });

  test('every key expires, and what does not exist leaves none', async () => {
    const own = freshPrefix();
    const { reads } = startProcess(redis, own);
    const eventId = await newEvent();
    const missing = randomUUID();
    expect(await reads.findEvent(missing, null)).toBeNull();
    await Promise.all([
      reads.findEvent(eventId, null),
      reads.listEvents(list, null),
      reads.listEvents({ onlyAvailable: true, limit: 1 }, null),
    ]);
    await fence(redis, own, [{ eventId, version: 2 }]);
    const keys = await keysOf(redis, own, '');
    expect(keys).toHaveLength(5);
    expect(keys.join()).not.toContain(missing);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });
});

describe('with a Redis that is not well', () => {
  const one = redisFlavours()[0];

  test.each(['freeze', 'cut'] as const)('%s: reads go to PostgreSQL', async (fault) => {
    await using proxy = await startTcpProxy(one?.url ?? '');
    const redis = connectRedis(proxy.url, 'cache');
    await waitUntilReady(redis, 5_000);
    const eventIds = await Promise.all([1, 2, 3].map(newEvent));
    const { reads, froms } = startProcess(redis, freshPrefix(), answerTimeoutMs);
    proxy[fault]();
    for (const eventId of eventIds) {
      expect((await reads.findEvent(eventId, null))?.id).toBe(eventId);
    }
    await reads.listEvents(list, null);
    expect(froms).toEqual(['database', 'database', 'database', 'database']);
    redis.disconnect();
  });
});

/** Every key under the prefix that has this in its name, on whatever node. */
async function keysOf(
  redis: RedisConnection,
  prefix: string,
  part: string,
): Promise<readonly string[]> {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
  const found = await Promise.all(nodes.map((node) => node.keys(`${prefix}:cache:*${part}*`)));
  return found.flat();
}

/** Waits for what is about to be. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
