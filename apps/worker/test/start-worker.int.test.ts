import { commit, type Database, openDatabase } from '@holdfast/data';
import { freshPrefix, providedServices, startTcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Logger } from '@holdfast/process';
import {
  connectRedis,
  expireHoldsName,
  keyPrefixOf,
  openQueue,
  openWorker,
} from '../src/queues.ts';
import { ensureSchedule } from '../src/schedule.ts';
import { startWorker } from '../src/start-worker.ts';
import {
  eventWithHolds,
  expectSound,
  expiryCount,
  heldCount,
  memoryLog,
  openFresh,
  patienceMs,
  reserveOne,
} from './fixture.ts';

/** What reliability.md promises, and `audit` checks as I7. */
const sweptWithinMs = 5_000;

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

interface Parts {
  readonly queuePrefix?: string;
  readonly redisUrl?: string;
  readonly database?: Database;
  readonly log?: Logger;
}

/** A worker that is ready, in a namespace of its own. */
async function runningWorker(parts: Parts = {}) {
  const worker = startWorker({
    database,
    redisUrl: providedServices().redisUrl,
    queuePrefix: freshPrefix(),
    log: memoryLog().log,
    ...parts,
  });
  await worker.ready;
  return { ...worker, [Symbol.asyncDispose]: worker.stop };
}

async function expectSwept(eventId: string, holdCount: number): Promise<void> {
  await expect.poll(() => heldCount(database, eventId), { timeout: patienceMs }).toBe(0);
  expect(await expiryCount(database, eventId)).toBe(holdCount);
}

/** Every key of the queue, in Redis's own words. */
async function dropKeys(queuePrefix: string): Promise<number> {
  const redis = connectRedis(providedServices().redisUrl);
  const keys = await redis.keys(`${keyPrefixOf(queuePrefix)}:*`);
  const count = keys.length === 0 ? 0 : await redis.del(keys);
  redis.disconnect();
  return count;
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
    const queuePrefix = freshPrefix();
    await using _one = await runningWorker({ queuePrefix });
    await using _two = await runningWorker({ queuePrefix });
    const redis = connectRedis(providedServices().redisUrl);
    const queue = openQueue(redis, queuePrefix);
    const eventIds = await Promise.all(
      [5, 5, 5, 5].map((holdCount) => eventWithHolds(database, { holdCount, holdDurationMs: 300 })),
    );
    await queue.addBulk(Array.from({ length: 20 }, () => ({ name: expireHoldsName, data: {} })));
    for (const eventId of eventIds) await expectSwept(eventId, 5);
    await queue.close();
    redis.disconnect();
  });

  test('keeps few of its past jobs', async () => {
    const queuePrefix = freshPrefix();
    await using _ = await runningWorker({ queuePrefix });
    const redis = connectRedis(providedServices().redisUrl);
    const queue = openQueue(redis, queuePrefix);
    await queue.addBulk(Array.from({ length: 120 }, () => ({ name: expireHoldsName, data: {} })));
    await expect.poll(() => queue.getWaitingCount(), { timeout: patienceMs }).toBe(0);
    await expect.poll(() => queue.getActiveCount(), { timeout: patienceMs }).toBe(0);
    expect(await queue.getCompletedCount()).toBeLessThanOrEqual(50);
    await queue.close();
    redis.disconnect();
  });

  test('sweeps within 5 s of lapsing while bookings go on', async () => {
    await using _ = await runningWorker();
    const eventIds = await Promise.all(
      Array.from({ length: 60 }, () =>
        eventWithHolds(database, { holdCount: 0, holdDurationMs: 200 }),
      ),
    );
    const late = `select coalesce(max(extract(epoch from now() - expires_at)) * 1000, 0)::int as ms
      from bookings where status = 'held'`;
    let latestMs = 0;
    for (let round = 0; round < 25; round += 1) {
      await Promise.all(eventIds.map((eventId) => commit(database, eventId, [reserveOne()])));
      const { rows } = await database.pool.query<{ ms: number }>(late);
      latestMs = Math.max(latestMs, rows[0]?.ms ?? Number.NaN);
    }
    expect(latestMs).toBeLessThan(sweptWithinMs);
    await expect.poll(() => heldCount(database), { timeout: patienceMs }).toBe(0);
  });
});

describe('jobs are hints', () => {
  test('when every key of the queue is dropped, sweeping goes on', async () => {
    const queuePrefix = freshPrefix();
    await using _ = await runningWorker({ queuePrefix });
    for (let round = 1; round <= 3; round += 1) {
      expect(await dropKeys(queuePrefix)).toBeGreaterThan(0);
      const eventId = await eventWithHolds(database);
      await expectSwept(eventId, 1);
    }
  });

  test('control: a plain BullMQ schedule does not come back by itself', async () => {
    const queuePrefix = freshPrefix();
    const redis = connectRedis(providedServices().redisUrl);
    const queue = openQueue(redis, queuePrefix);
    let jobCount = 0;
    const worker = openWorker(redis, queuePrefix, async () => void (jobCount += 1));
    worker.on('error', () => {});
    await ensureSchedule(queue);
    await expect.poll(() => jobCount, { timeout: patienceMs }).toBeGreaterThan(0);
    await dropKeys(queuePrefix);
    const countAfterDrop = jobCount;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    // One job may have been on its way.
    expect(jobCount - countAfterDrop).toBeLessThanOrEqual(1);
    await worker.close();
    await queue.close();
    redis.disconnect();
  });

  test('when only the next job is lost, sweeping goes on', async () => {
    const queuePrefix = freshPrefix();
    await using _ = await runningWorker({ queuePrefix });
    const redis = connectRedis(providedServices().redisUrl);
    const queue = openQueue(redis, queuePrefix);
    // The scheduler itself stays; only its job is gone.
    await expect.poll(() => queue.getDelayedCount(), { timeout: patienceMs }).toBe(1);
    await redis.del(queue.toKey('delayed'), queue.toKey('wait'), queue.toKey('marker'));
    expect(await queue.getJobScheduler(expireHoldsName)).toBeDefined();
    const eventId = await eventWithHolds(database);
    await expect.poll(() => heldCount(database, eventId), { timeout: patienceMs }).toBe(0);
    await queue.close();
    redis.disconnect();
  });

  test('a schedule made by a clock that is an hour ahead does not stop sweeping for an hour', async () => {
    const queuePrefix = freshPrefix();
    const redis = connectRedis(providedServices().redisUrl);
    const queue = openQueue(redis, queuePrefix);
    await queue.upsertJobScheduler(
      expireHoldsName,
      { every: 1_000, startDate: Date.now() + 3_600_000 },
      { name: expireHoldsName },
    );
    await using _ = await runningWorker({ queuePrefix });
    await expectSwept(await eventWithHolds(database), 1);
    await queue.close();
    redis.disconnect();
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
    proxy.mend();
    await expectSwept(eventId, 1);
    expect(memory.said('Redis fails; the worker goes on trying')).toHaveLength(1);
    expect(memory.said('Redis works again')).toHaveLength(1);
  });

  test('Redis, before the worker starts: it waits, and begins when it is there', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    proxy.cut();
    const memory = memoryLog();
    const worker = startWorker({
      database,
      redisUrl: proxy.url,
      queuePrefix: freshPrefix(),
      log: memory.log,
    });
    await expect.poll(() => memory.said('Redis fails; the worker goes on trying').length).toBe(1);
    proxy.mend();
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
      .poll(() => memory.said('Sweeping fails; the worker goes on trying').length, {
        timeout: patienceMs,
      })
      .toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    proxy.mend();
    await expectSwept(eventId, 1);
    expect(memory.said('Sweeping fails; the worker goes on trying')).toHaveLength(1);
    expect(memory.said('Sweeping works again')).toHaveLength(1);
    await worker.stop();
    await behindProxy.close();
  });
});

describe('stopping', () => {
  test('leaves the schedule to the next worker', async () => {
    const queuePrefix = freshPrefix();
    const first = await runningWorker({ queuePrefix });
    await first.stop();
    const eventId = await eventWithHolds(database);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await heldCount(database, eventId)).toBe(1);
    await using _second = await runningWorker({ queuePrefix });
    await expectSwept(eventId, 1);
  });

  test('does not wait for a Redis that is away', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    const worker = await runningWorker({ redisUrl: proxy.url });
    proxy.cut();
    await worker.stop();
  });
});
