import { randomUUID } from 'node:crypto';
import { connectRedis, waitUntilReady } from '@holdfast/redis';
import { type Change, commit, type Database } from '@holdfast/data';
import { freshPrefix, redisFlavours, startTcpProxy } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCacheConsumer } from '../../src/jobs/cache-consumer.ts';
import { type Consumer, deliverTo } from '../../src/jobs/consumer.ts';
import { invalidateCache } from '../../src/jobs/invalidate-cache.ts';
import { relay, type RelayLimits } from '../../src/jobs/relay.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { hearFeed, pendingCount, untilAllDelivered, upTo } from './feed.ts';
import {
  eventOnSale,
  expectSound,
  lockChanges,
  openFresh,
  reserveOne,
  untilSomebodyWaitsForALock,
} from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';
import { killSpawned, spawnWorker } from './spawn-worker.ts';

let database: Database;
let databaseUrl: string;
beforeAll(async () => {
  ({ database, url: databaseUrl } = await openFresh());
});
afterEach(async () => {
  killSpawned();
  await relayWith([]);
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

/** An event whose last version is this. */
async function eventOfVersion(version: number): Promise<string> {
  const eventId = await eventOnSale(database, { total: 1_000 });
  for (let made = 1; made < version; made += 1) await commit(database, eventId, [reserveOne()]);
  return eventId;
}

async function relayWith(
  consumers: readonly Consumer[],
  limits?: RelayLimits,
  signal = new AbortController().signal,
) {
  const metrics = createWorkerMetrics(new Registry());
  const deliver = deliverTo(consumers, { log: memoryLog().log });
  const report = await relay({ database, deliver, metrics, signal, ...(limits && { limits }) });
  return { ...report, counted: (await metrics.relayedChanges.get()).values[0]?.value };
}

function recorder() {
  const told: Change[] = [];
  const deliver = async (changes: readonly Change[]) => void told.push(...changes);
  return { consumer: { name: 'Recorder', deliver }, told };
}

describe('a run', () => {
  test('tells batch by batch until nothing is left', async () => {
    const eventIds = [await eventOfVersion(5), await eventOfVersion(4)];
    const { consumer, told } = recorder();
    const limits = { changeCountPerBatch: 2, batchCountMax: 50 };
    const report = await relayWith([consumer], limits);
    expect(report).toEqual({ relayedChangeCount: 9, isComplete: true, counted: 9 });
    for (const [index, eventId] of eventIds.entries()) {
      const versions = told.filter((change) => change.eventId === eventId);
      expect(versions.map(({ version }) => version)).toEqual(upTo(5 - index));
    }
    expect(await pendingCount(database)).toBe(0);
  });

  test('ends at its limit, or when it is told to, and says so', async () => {
    await eventOfVersion(5);
    const limits = { changeCountPerBatch: 2, batchCountMax: 2 };
    expect(await relayWith([], limits)).toMatchObject({ relayedChangeCount: 4, isComplete: false });
    expect(await relayWith([], limits, AbortSignal.abort())).toMatchObject({
      relayedChangeCount: 0,
      isComplete: false,
    });
    expect(await relayWith([], limits)).toMatchObject({ relayedChangeCount: 1, isComplete: true });
  });

  test('of which a consumer was not told delivers nothing, and the next one tells all of it', async () => {
    const eventId = await eventOfVersion(3);
    await using feed = await hearFeed(database);
    const fails = { name: 'Webhooks', deliver: () => Promise.reject(new Error('no route')) };
    const { consumer, told } = recorder();
    await expect(relayWith([fails, consumer])).rejects.toThrow('Not told: Webhooks.');
    expect(await pendingCount(database)).toBe(3);
    expect(feed.versionsOf(eventId)).toEqual([]);
    await relayWith([consumer]);
    expect(told.map(({ version }) => version)).toEqual([1, 2, 3, 1, 2, 3]);
    await expect.poll(() => feed.versionsOf(eventId)).toEqual([1, 2, 3]);
  });
});

describe.each(redisFlavours())('the cache on $name', ({ url }) => {
  function connect(to = url) {
    const redis = connectRedis(to, 'admission');
    onTestFinished(() => redis.disconnect());
    return redis;
  }
  const change = (eventId: string, version: number): Change => ({
    eventId,
    version,
    status: 'on_sale',
    seatCount: 10,
    availableSeats: 9,
    heldSeats: 1,
  });

  test('gets the newest version of each event as its mark, and a new generation of lists', async () => {
    const redis = connect();
    await waitUntilReady(redis, 10_000);
    const prefix = freshPrefix();
    const [a, b] = [randomUUID(), randomUUID()];
    const generationKey = `${prefix}:cache:{lists}:generation`;
    await invalidateCache(redis, { prefix, changes: [change(a, 2), change(a, 3), change(b, 7)] });
    expect(await redis.get(`${prefix}:cache:{event:${a}}:version`)).toBe('3');
    expect(await redis.get(`${prefix}:cache:{event:${b}}:version`)).toBe('7');
    expect(await redis.pttl(`${prefix}:cache:{event:${a}}:version`)).toBeGreaterThan(60_000);
    const generation = await redis.get(generationKey);
    await invalidateCache(redis, { prefix, changes: [change(a, 4)] });
    expect(await redis.get(generationKey)).not.toBe(generation);
  });

  test('holds back nothing while Redis is silent or away: that is logged once', async () => {
    // A cluster's nodes are reached by their own addresses, around any proxy.
    const nowhere = 'redis://127.0.0.1:1';
    const memory = memoryLog();
    const cache = createCacheConsumer(connect(nowhere), { prefix: freshPrefix(), log: memory.log });
    await eventOfVersion(2);
    expect(await relayWith([cache])).toMatchObject({ relayedChangeCount: 2, isComplete: true });
    await eventOfVersion(1);
    expect(await relayWith([cache])).toMatchObject({ relayedChangeCount: 1, isComplete: true });
    expect(memory.lines).toMatchObject([
      { msg: 'Cache invalidation fails; it is tried again and again' },
    ]);
  });
});

test('a Redis that is silent holds back the relay for half a second, and not for ever', async () => {
  await using proxy = await startTcpProxy(redisFlavours()[0]?.url ?? '');
  // This kind of connection waits for 15 s by itself.
  const redis = connectRedis(proxy.url, 'queue');
  await waitUntilReady(redis, 10_000);
  const cache = createCacheConsumer(redis, { prefix: freshPrefix(), log: memoryLog().log });
  proxy.freeze();
  await eventOfVersion(2);
  expect(await relayWith([cache])).toMatchObject({ relayedChangeCount: 2, isComplete: true });
  redis.disconnect();
});

describe('a worker that is killed', () => {
  test('in the middle of a batch leaves each change pending; the next one tells them in order', async () => {
    const eventIds = [await eventOfVersion(6), await eventOfVersion(4)];
    await using feed = await hearFeed(database);
    await using lock = await lockChanges(database, ...eventIds);
    const first = spawnWorker(databaseUrl);
    await untilSomebodyWaitsForALock(database);
    first.child.kill('SIGKILL');
    await first.exited;
    await lock.release();
    expect(await pendingCount(database)).toBe(10);
    expect(eventIds.map(feed.versionsOf)).toEqual([[], []]);
    spawnWorker(databaseUrl);
    await untilAllDelivered(database);
    await expect.poll(() => eventIds.map(feed.versionsOf)).toEqual([upTo(6), upTo(4)]);
  });

  test('again and again while bookings go on: every change is told, those of an event in order', async () => {
    const eventIds = await Promise.all([1, 1, 1].map(eventOfVersion));
    await using feed = await hearFeed(database);
    const stopping = new AbortController();
    let bookedCount = 0;
    const booking = (async () => {
      while (!stopping.signal.aborted) {
        await Promise.all(eventIds.map((eventId) => commit(database, eventId, [reserveOne()])));
        bookedCount += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const redisPrefix = freshPrefix();
    for (let round = 1; round <= 2; round += 1) {
      const worker = spawnWorker(databaseUrl, redisPrefix);
      const heardCount = feed.versionsOf(eventIds[0] ?? '').length;
      await expect
        .poll(() => feed.versionsOf(eventIds[0] ?? '').length)
        .toBeGreaterThan(heardCount);
      worker.child.kill('SIGKILL');
      await worker.exited;
    }
    stopping.abort();
    await booking;
    await relayWith([]);
    await untilAllDelivered(database);
    for (const eventId of eventIds) {
      await expect.poll(() => feed.versionsOf(eventId)).toEqual(upTo(bookedCount + 1));
    }
  });
});
