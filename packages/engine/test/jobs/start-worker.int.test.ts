import { commit, type Database, openDatabase } from '@holdfast/data';
import { queueName } from '@holdfast/data/jobs-schema';
import { freshPrefix, providedServices, startTcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis } from '@holdfast/redis';
import { Queue, Worker } from 'bullmq';
import { queuePrefixOf } from '../../src/jobs/redis-backend.ts';
import { ensureSchedule } from '../../src/jobs/schedule.ts';
import {
  eventOnSale,
  eventWithHolds,
  expectSound,
  expiryCount,
  heldCount,
  openFresh,
  reserveOne,
} from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';
import { newWorker, runningWorker as running, type WorkerSketch } from './running-worker.ts';

let database: Database;
let databaseUrl: string;
beforeAll(async () => {
  ({ database, url: databaseUrl } = await openFresh());
});
afterEach(async () => {
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

/** A worker that is ready, in a namespace of its own. */
function runningWorker(sketch: Partial<WorkerSketch> = {}) {
  return running({ database, ...sketch });
}

/** The queue of a prefix, for a hand. */
async function openQueueOf(redisPrefix: string) {
  const redis = connectRedis(providedServices().redisUrl, 'queue');
  const queue = new Queue(queueName, { connection: redis, prefix: queuePrefixOf(redisPrefix) });
  queue.on('error', () => {});
  async function close() {
    await queue.close();
    redis.disconnect();
  }
  return { redis, queue, close, [Symbol.asyncDispose]: close };
}

async function expectSwept(eventId: string, holdCount: number): Promise<void> {
  await expect.poll(() => heldCount(database, eventId)).toBe(0);
  expect(await expiryCount(database, eventId)).toBe(holdCount);
}

/** Every key of the queue, in Redis's own words. */
async function dropKeys(redisPrefix: string): Promise<number> {
  await using hand = await openQueueOf(redisPrefix);
  const keys = await hand.redis.keys(`${queuePrefixOf(redisPrefix)}:*`);
  return keys.length === 0 ? 0 : await hand.redis.del(keys);
}

describe('a worker', () => {
  test('sweeps holds as they lapse, again and again', async () => {
    await using _ = await runningWorker();
    const first = await eventWithHolds(database, { holdCount: 2 });
    const second = await eventWithHolds(database, { holdCount: 3, holdDurationMs: 1_500 });
    await expectSwept(first, 2);
    expect(await heldCount(database, second)).toBe(3);
    await expectSwept(second, 3);
  });

  test('and another one share the work; jobs that were doubled by hand change nothing more', async () => {
    const redisPrefix = freshPrefix();
    await using _one = await runningWorker({ redisPrefix });
    await using _two = await runningWorker({ redisPrefix });
    await using hand = await openQueueOf(redisPrefix);
    const { queue } = hand;
    const eventIds = await Promise.all(
      [5, 5, 5, 5].map((holdCount) => eventWithHolds(database, { holdCount, holdDurationMs: 300 })),
    );
    await queue.addBulk(Array.from({ length: 20 }, () => ({ name: 'expire-holds', data: {} })));
    for (const eventId of eventIds) await expectSwept(eventId, 5);
  });

  test('keeps few of its past jobs', async () => {
    const redisPrefix = freshPrefix();
    await using _ = await runningWorker({ redisPrefix });
    await using hand = await openQueueOf(redisPrefix);
    const { queue } = hand;
    await queue.addBulk(Array.from({ length: 120 }, () => ({ name: 'expire-holds', data: {} })));
    await expect.poll(() => queue.getWaitingCount()).toBe(0);
    await expect.poll(() => queue.getActiveCount()).toBe(0);
    expect(await queue.getCompletedCount()).toBeLessThanOrEqual(50);
  });

  test('sweeps while bookings go on', async () => {
    await using _ = await runningWorker();
    const sketch = { total: 10_000, policy: { holdDurationMs: 200 } };
    const eventIds = await Promise.all(
      Array.from({ length: 60 }, () => eventOnSale(database, sketch)),
    );
    const countBefore = await expiryCount(database);
    /** Books as well, so that there is no pause to sweep in. */
    const sweptMeanwhile = async () => {
      await Promise.all(eventIds.map((eventId) => commit(database, eventId, [reserveOne()])));
      return (await expiryCount(database)) - countBefore;
    };
    await expect.poll(sweptMeanwhile, { interval: 1 }).toBeGreaterThan(2 * eventIds.length);
    await expect.poll(() => heldCount(database)).toBe(0);
  });
});

const sweeping = { name: 'expire-holds', everyMs: 1_000 };

describe('jobs are hints', () => {
  test('a worker that starts sets the period; one that runs leaves that of a newer one', async () => {
    await using hand = await openQueueOf(freshPrefix());
    const { queue } = hand;
    const periodOf = async () => (await queue.getJobScheduler(sweeping.name))?.every;
    await ensureSchedule(queue, { ...sweeping, everyMs: 60_000 }, { isPeriodOurs: true });
    await ensureSchedule(queue, sweeping, { isPeriodOurs: false });
    expect(await periodOf()).toBe(60_000);
    await ensureSchedule(queue, sweeping, { isPeriodOurs: true });
    expect(await periodOf()).toBe(1_000);
  });

  test('when every key of the queue is dropped, sweeping goes on', async () => {
    const redisPrefix = freshPrefix();
    await using _ = await runningWorker({ redisPrefix });
    for (let round = 1; round <= 3; round += 1) {
      expect(await dropKeys(redisPrefix)).toBeGreaterThan(0);
      const eventId = await eventWithHolds(database);
      await expectSwept(eventId, 1);
    }
  });

  test('control: a plain BullMQ schedule does not come back by itself', async () => {
    const redisPrefix = freshPrefix();
    await using hand = await openQueueOf(redisPrefix);
    const { redis, queue } = hand;
    let jobCount = 0;
    const options = { connection: redis, prefix: queuePrefixOf(redisPrefix), drainDelay: 1 };
    const worker = new Worker(queueName, async () => void (jobCount += 1), options);
    worker.on('error', () => {});
    await ensureSchedule(queue, { ...sweeping, everyMs: 200 }, { isPeriodOurs: true });
    await expect.poll(() => jobCount).toBeGreaterThan(0);
    await dropKeys(redisPrefix);
    const countAfterDrop = jobCount;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // One job may have been on its way.
    expect(jobCount - countAfterDrop).toBeLessThanOrEqual(1);
    await worker.close();
  });

  test('when only the next job of one is lost, its schedule is made anew', async () => {
    const redisPrefix = freshPrefix();
    await using _ = await runningWorker({ redisPrefix });
    await using hand = await openQueueOf(redisPrefix);
    const { queue } = hand;
    const auditJob = async () =>
      (await queue.getDelayed()).find(({ name }) => name === 'expire-holds');
    // The scheduler itself stays; only its job is gone, by the back door.
    await hand.redis.del(queue.toKey('delayed'), queue.toKey('wait'), queue.toKey('marker'));
    expect(await queue.getJobScheduler('expire-holds')).toBeDefined();
    await expect.poll(auditJob).toBeDefined();
    await expectSwept(await eventWithHolds(database), 1);
  });

  test('a schedule made by a clock that is an hour ahead does not stop sweeping for an hour', async () => {
    const redisPrefix = freshPrefix();
    await using hand = await openQueueOf(redisPrefix);
    await hand.queue.upsertJobScheduler(
      'expire-holds',
      { every: 1_000, startDate: Date.now() + 3_600_000 },
      { name: 'expire-holds' },
    );
    await using _ = await runningWorker({ redisPrefix });
    await expectSwept(await eventWithHolds(database), 1);
  });
});

describe('a service that goes away', () => {
  test('Redis: logged once, nothing crashes, and sweeping goes on when it is back', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    const memory = memoryLog();
    await using _ = await runningWorker({ redisUrl: proxy.url, log: memory.log });
    proxy.cut();
    const eventId = await eventWithHolds(database);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    proxy.restore();
    await expectSwept(eventId, 1);
    expect(memory.said('Redis fails; it is tried again and again')).toHaveLength(1);
    await expect.poll(() => memory.said('Redis works again').length).toBe(1);
  });

  test('Redis, before the worker starts: it waits, and begins when it is there', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    proxy.cut();
    const memory = memoryLog();
    const worker = newWorker({ database, redisUrl: proxy.url, log: memory.log });
    await expect.poll(() => memory.said('Redis fails; it is tried again and again').length).toBe(1);
    proxy.restore();
    await worker.ready;
    await expectSwept(await eventWithHolds(database), 1);
    await worker.stop();
  });

  test('PostgreSQL: logged once, nothing crashes, and sweeping goes on when it is back', async () => {
    await using proxy = await startTcpProxy(databaseUrl);
    const behindProxy = await openDatabase({ url: proxy.url });
    const memory = memoryLog();
    const worker = await runningWorker({ database: behindProxy, log: memory.log });
    proxy.cut();
    const eventId = await eventWithHolds(database);
    await expect
      .poll(() => memory.said('Sweeping fails; it is tried again and again').length)
      .toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    proxy.restore();
    await expectSwept(eventId, 1);
    expect(memory.said('Sweeping fails; it is tried again and again')).toHaveLength(1);
    await expect.poll(() => memory.said('Sweeping works again').length).toBe(1);
    await worker.stop();
    await behindProxy.close();
  });
});

describe('stopping', () => {
  test('leaves the schedule to the next worker', async () => {
    const redisPrefix = freshPrefix();
    const first = await runningWorker({ redisPrefix });
    await first.stop();
    const eventId = await eventWithHolds(database);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await heldCount(database, eventId)).toBe(1);
    await using _second = await runningWorker({ redisPrefix });
    await expectSwept(eventId, 1);
  });

  test('does not wait for a Redis that is away', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    const worker = await runningWorker({ redisUrl: proxy.url });
    proxy.cut();
    await worker.stop();
  });
});
