import { randomUUID } from 'node:crypto';
import { connectRedis } from '@holdfast/redis';
import { commit, type Database, grantTo, openDatabase } from '@holdfast/data';
import { prepareJobsSchema } from '@holdfast/data/jobs-schema';
import { freshPrefix, redisFlavours, startTcpProxy } from '@holdfast/testing';
import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { queuePrefixOf } from '../../src/jobs/redis-backend.ts';
import { warm } from './buyers.ts';
import { hearFeed, untilAllDelivered, upTo } from './feed.ts';
import {
  eventOnSale,
  eventWithHolds,
  expectSound,
  heldCount,
  openFresh,
  reserveOne,
} from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';
import { newWorker, runningWorker, type WorkerSketch } from './running-worker.ts';

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

const backends = [
  ...redisFlavours().map(({ name, url }) => ({ name: `on ${name}`, redisUrl: url })),
  { name: 'without Redis', redisUrl: null },
];

const sketchOf = (redisUrl: string | null, more: Partial<WorkerSketch> = {}): WorkerSketch => ({
  database,
  databaseUrl,
  redisUrl,
  ...more,
});

/** Breaks an invariant until it is disposed of. */
async function plantCorruption(eventId: string) {
  const shift = (by: number) =>
    database.pool.query('update events set available_seats = available_seats + $2 where id = $1', [
      eventId,
      by,
    ]);
  await shift(-1);
  return { [Symbol.asyncDispose]: async () => void (await shift(1)) };
}

describe.each(backends)('$name, a worker', ({ redisUrl }) => {
  test('sweeps and relays by itself, and says nothing of trouble', async () => {
    const memory = memoryLog();
    await using feed = await hearFeed(database);
    await using worker = await runningWorker(sketchOf(redisUrl, { log: memory.log }));
    const eventId = await eventWithHolds(database, { holdCount: 2 });
    await expect.poll(() => heldCount(database, eventId)).toBe(0);
    await expect.poll(() => feed.versionsOf(eventId)).toEqual(upTo(3));
    // What is counted is counted after its commit, which this test hears of first.
    await expect.poll(() => worker.metric('holdfast_expired_holds_total')).toBe(2);
    await expect
      .poll(() => worker.metric('holdfast_relayed_changes_total'))
      .toBeGreaterThanOrEqual(3);
    expect(await worker.metric('holdfast_job_runs_total', { result: 'failed' })).toBe(0);
    expect(memory.lines.filter(({ level }) => level >= 40)).toEqual([]);
  });

  test('runs a job that is added by hand: the audit, which is loud', async () => {
    const memory = memoryLog();
    await using worker = await runningWorker(sketchOf(redisUrl, { log: memory.log }));
    const eventId = await eventOnSale(database, { total: 10 });
    const queue = await worker.queue;
    const runs = () => worker.metric('holdfast_job_runs_total', { job: 'audit', result: 'ok' });
    const runCount = await runs();
    // By its schedule, the next one may be a minute away.
    await queue?.add('audit', {});
    await expect.poll(runs).toBeGreaterThan(runCount);
    expect(await worker.metric('holdfast_audit_violations')).toBe(0);
    expect(memory.said('invariants are broken')).toEqual([]);
    {
      await using _ = await plantCorruption(eventId);
      await queue?.add('audit', {});
      await expect.poll(() => worker.metric('holdfast_audit_violations')).toBeGreaterThan(0);
    }
    const [line] = memory.said('invariants are broken');
    expect(line).toMatchObject({ level: 50, violationCount: expect.any(Number) });
    const { broken } = line as unknown as { broken: { id: string; rows: object[] }[] };
    expect(broken.map(({ id }) => id)).toContain('I2');
    expect(JSON.stringify(broken.find(({ id }) => id === 'I2')?.rows)).toContain(eventId);
  });

  test('audits on a schedule', async () => {
    await using worker = await runningWorker(sketchOf(redisUrl, { auditEveryMs: 200 }));
    const runs = () => worker.metric('holdfast_job_runs_total', { job: 'audit', result: 'ok' });
    await expect.poll(runs).toBeGreaterThan(2);
  });

  test('fails a job of a name that it does not know', async () => {
    await using worker = await runningWorker(sketchOf(redisUrl));
    const job = await (await worker.queue)?.add('nonsense', {});
    await expect.poll(() => job?.getState()).toBe('failed');
    await expect(worker.run('nonsense')).rejects.toThrow('There is no job of the name nonsense');
  });
});

/** A cluster's keys are on several nodes, and a command takes those of one slot. */
async function dropQueue(redis: Redis | Cluster, redisPrefix: string): Promise<number> {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
  const found = await Promise.all(
    nodes.map((node) => node.keys(`${queuePrefixOf(redisPrefix)}:*`)),
  );
  const keys = found.flat();
  return keys.length === 0 ? 0 : redis.del(keys);
}

describe.each(redisFlavours())('on $name', ({ url }) => {
  test('dropping every key of the queue under load costs a period: all is relayed and swept', async () => {
    const redisPrefix = freshPrefix();
    await using feed = await hearFeed(database);
    await using worker = await runningWorker(sketchOf(url, { redisPrefix }));
    const redis = connectRedis(url, 'queue');
    const eventId = await eventOnSale(database, { total: 1_000 });
    let version = 1;
    let droppedKeyCount = 0;
    for (let round = 1; round <= 60; round += 1) {
      await commit(database, eventId, [reserveOne()]);
      version += 1;
      if (round % 10 === 0) droppedKeyCount += await dropQueue(redis, redisPrefix);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(droppedKeyCount).toBeGreaterThan(0);
    const lapsed = await eventWithHolds(database);
    await untilAllDelivered(database);
    await expect.poll(() => feed.versionsOf(eventId)).toEqual(upTo(version));
    await expect.poll(() => heldCount(database, lapsed)).toBe(0);
    const queue = await worker.queue;
    await expect.poll(() => queue?.getJobSchedulersCount()).toBe(4);
    redis.disconnect();
  });

  test('a reconciliation can be had at once: by a job, and by a call', async () => {
    const redisPrefix = freshPrefix();
    await using worker = await runningWorker(sketchOf(url, { redisPrefix }));
    const redis = connectRedis(url, 'queue');
    const { admission } = worker.backend;
    if (admission === null) throw new Error('There is Redis.');
    const eventId = await eventOnSale(database, { total: 10 });
    await warm({ database, admission, eventId });
    const spoil = () => redis.hset(`${redisPrefix}:{event:${eventId}}:standing`, 'free', 3);
    const free = async () => (await admission.inspect([eventId])).get(eventId)?.free;
    await spoil();
    await (await worker.queue)?.add('reconcile', {});
    // Ten periods of the schedule would be needed otherwise.
    await expect.poll(free).toBe(10);
    await expect.poll(() => worker.metric('holdfast_drift_seats_total')).toBe(7);
    await spoil();
    await worker.run('reconcile');
    await expect.poll(free).toBe(10);
    redis.disconnect();
  });

  test('a swept event is told to Redis with its freed seats, and a cold one stays cold', async () => {
    await using worker = await runningWorker(sketchOf(url));
    const { admission } = worker.backend;
    if (admission === null) throw new Error('There is Redis.');
    const eventId = await eventWithHolds(database, { holdCount: 3, holdDurationMs: 700 });
    const cold = await eventWithHolds(database, { holdCount: 1 });
    await warm({ database, admission, eventId });
    const free = async () => (await admission.inspect([eventId])).get(eventId)?.free;
    expect(await free()).toBe(10);
    await expect.poll(free).toBe(13);
    await expect.poll(() => heldCount(database, cold)).toBe(0);
    expect((await admission.inspect([cold])).size).toBe(0);
  });
});

test('when Redis is stopped, sweeping and relaying go on, and each outage is logged once', async () => {
  await using proxy = await startTcpProxy(redisFlavours()[0]?.url ?? '');
  await using feed = await hearFeed(database);
  const memory = memoryLog();
  await using _ = await runningWorker(sketchOf(proxy.url, { log: memory.log }));
  proxy.cut();
  for (let round = 1; round <= 2; round += 1) {
    const eventId = await eventWithHolds(database);
    await expect.poll(() => heldCount(database, eventId)).toBe(0);
    await expect.poll(() => feed.versionsOf(eventId)).toEqual(upTo(3));
  }
  for (const name of ['Redis', 'Cache invalidation']) {
    expect(memory.said(`${name} fails; it is tried again and again`)).toHaveLength(1);
  }
  proxy.restore();
  await expect.poll(() => memory.said('Redis works again').length).toBe(1);
});

describe('without Redis', () => {
  test('a worker waits for a PostgreSQL that is away, and opens its queue when it is there', async () => {
    const fresh = await openFresh();
    await using proxy = await startTcpProxy(fresh.url);
    proxy.cut();
    const behindProxy = await openDatabase({ url: proxy.url });
    const memory = memoryLog();
    const { log } = memory;
    const parts = { database: behindProxy, databaseUrl: proxy.url, redisUrl: null, log };
    const worker = newWorker(parts);
    const message = 'The queue in PostgreSQL fails; it is tried again and again';
    await expect.poll(() => memory.said(message).length).toBe(1);
    proxy.restore();
    await worker.ready;
    const eventId = await eventWithHolds(fresh.database);
    await expect.poll(() => heldCount(fresh.database, eventId)).toBe(0);
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 500));
    proxy.restore();
    const job = await (await worker.queue)?.add('audit', {});
    await expect.poll(() => job?.getState()).toBe('completed');
    await worker.stop();
    await behindProxy.close();
    await fresh.database.close();
  });

  test('a worker that is stopped before there is PostgreSQL ends', async () => {
    await using proxy = await startTcpProxy(databaseUrl);
    proxy.cut();
    const behindProxy = await openDatabase({ url: proxy.url });
    const parts = { database: behindProxy, databaseUrl: proxy.url, redisUrl: null };
    const worker = newWorker(parts);
    await worker.stop();
    expect(await worker.queue).toBeNull();
    await behindProxy.close();
  });

  test('a role that may make nothing can use the queue that the migration made', async () => {
    const fresh = await openFresh();
    const role = `worker_${randomUUID().replaceAll('-', '')}`;
    const { pool } = fresh.database;
    const url = new URL(fresh.url);
    const client = await pool.connect();
    await prepareJobsSchema(client);
    client.release();
    await grantTo(fresh.database, { name: role, password: 'secret' });
    url.username = role;
    url.password = 'secret';
    const worker = await runningWorker({ ...fresh, databaseUrl: url.href, redisUrl: null });
    const job = await (await worker.queue)?.add('audit', {});
    await expect.poll(() => job?.getState()).toBe('completed');
    await worker.stop();
    await pool.query(`drop owned by ${role}`);
    await pool.query(`drop role ${role}`);
    await fresh.database.close();
  });
});
