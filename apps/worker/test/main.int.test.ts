import type { Database } from '@holdfast/data';
import { freshPrefix, providedServices, startTcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  eventWithHolds,
  expectSound,
  expiryCount,
  heldCount,
  lockEvents,
  openFresh,
  untilSomebodyWaitsForALock,
} from '@holdfast/fixtures';
import { killSpawned, spawnWorker as spawn } from './spawn-worker.ts';

let database: Database;
let databaseUrl: string;
beforeAll(async () => {
  ({ database, url: databaseUrl } = await openFresh());
});
afterEach(async () => {
  killSpawned();
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

/** The worker as a process of its own, on this file's database. */
function spawnWorker(env: Record<string, string | undefined> = {}) {
  return spawn({ DATABASE_URL: databaseUrl, ...env });
}

describe('the process', () => {
  test('says when it is ready, sweeps, and ends with 0 on SIGTERM', async () => {
    const worker = spawnWorker();
    expect(await worker.line('ready')).toMatchObject({ queueOn: 'redis', adminUrl: null });
    const eventId = await eventWithHolds(database, { holdCount: 2 });
    await expect.poll(() => heldCount(database, eventId)).toBe(0);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(worker.output()).toContain('"msg":"stopped"');
  });

  test('finishes the sweep in hand before it ends', async () => {
    const eventId = await eventWithHolds(database);
    await using lock = await lockEvents(database, eventId);
    const worker = spawnWorker();
    await untilSomebodyWaitsForALock(database);
    worker.child.kill('SIGTERM');
    await worker.said('stopping');
    await lock.release();
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await heldCount(database, eventId)).toBe(0);
  });

  test('ends at once, with 1, on a second signal', async () => {
    const eventId = await eventWithHolds(database);
    await using _lock = await lockEvents(database, eventId);
    const worker = spawnWorker();
    await untilSomebodyWaitsForALock(database);
    worker.child.kill('SIGTERM');
    await worker.said('stopping');
    worker.child.kill('SIGINT');
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(await heldCount(database, eventId)).toBe(1);
  });

  test('ends with 0 though Redis is away', async () => {
    await using proxy = await startTcpProxy(providedServices().redisUrl);
    const worker = spawnWorker({ REDIS_URL: proxy.url });
    await worker.said('ready');
    proxy.cut();
    await worker.said('Redis fails; it is tried again and again');
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  test('starts though PostgreSQL is away, and sweeps once it is there', async () => {
    const eventId = await eventWithHolds(database);
    await using proxy = await startTcpProxy(databaseUrl);
    proxy.cut();
    const worker = spawnWorker({ DATABASE_URL: proxy.url });
    await worker.said('ready');
    await worker.said('Sweeping fails; it is tried again and again');
    proxy.restore();
    await worker.said('Sweeping works again');
    expect(await heldCount(database, eventId)).toBe(0);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });

  test('does not start without its settings, and says which are wrong', async () => {
    const worker = spawnWorker({ REDIS_URL: 'cache:6379', LOG_LEVEL: 'loud', ADMIN_PORT: '0' });
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.output()).toContain('REDIS_URL is not a URL');
    expect(worker.output()).toContain('LOG_LEVEL is not one of');
    expect(worker.output()).toContain('ADMIN_TOKEN is missing');
    expect(worker.output()).not.toContain(' at ');
  });

  test('does not start under a prefix of another database, and runs none of its jobs', async () => {
    const redisPrefix = freshPrefix();
    const first = spawnWorker({ REDIS_PREFIX: redisPrefix });
    await first.said('ready');
    const other = await openFresh();
    await other.database.close();
    const second = spawnWorker({ REDIS_PREFIX: redisPrefix, DATABASE_URL: other.url });
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.output()).toContain('set REDIS_PREFIX to a name of its own');
    first.child.kill('SIGTERM');
    await first.exited;
  });

  test('logs no password, though Redis refuses the one it has', async () => {
    const redisUrl = new URL(providedServices().redisUrl);
    const password = 'canary-of-redis';
    redisUrl.password = password;
    const worker = spawnWorker({ REDIS_URL: redisUrl.href, LOG_LEVEL: 'trace' });
    await expect.poll(worker.output).toMatch(/WRONGPASS|without any password|"msg":"ready"/);
    worker.child.kill('SIGTERM');
    await worker.exited;
    expect(worker.output()).not.toContain(password);
    for (const url of [databaseUrl, redisUrl.href]) expect(worker.output()).not.toContain(url);
  });
});

describe('a worker that was killed in the middle of a sweep', () => {
  test('leaves nothing that the next one does not fix', async () => {
    const locked = await eventWithHolds(database, { holdCount: 5 });
    const others = await Promise.all(
      [5, 5, 5].map((holdCount) => eventWithHolds(database, { holdCount })),
    );
    await using lock = await lockEvents(database, locked);
    const redisPrefix = freshPrefix();
    const first = spawnWorker({ REDIS_PREFIX: redisPrefix });
    await untilSomebodyWaitsForALock(database);
    first.child.kill('SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await heldCount(database, locked)).toBe(5);
    await lock.release();
    const second = spawnWorker({ REDIS_PREFIX: redisPrefix });
    for (const eventId of [locked, ...others]) {
      await expect.poll(() => heldCount(database, eventId)).toBe(0);
      expect(await expiryCount(database, eventId)).toBe(5);
    }
    await second.said('ready');
    second.child.kill('SIGTERM');
    expect(await second.exited).toEqual({ code: 0, signal: null });
  });

  test('again and again, loses no hold and expires none twice', async () => {
    const redisPrefix = freshPrefix();
    const eventIds: string[] = [];
    for (let round = 1; round <= 3; round += 1) {
      const worker = spawnWorker({ REDIS_PREFIX: redisPrefix });
      await worker.said('ready');
      const made = await Promise.all(
        [10, 10, 10, 10].map((holdCount) => eventWithHolds(database, { holdCount })),
      );
      eventIds.push(...made);
      worker.child.kill('SIGKILL');
      await worker.exited;
    }
    const last = spawnWorker({ REDIS_PREFIX: redisPrefix });
    for (const eventId of eventIds) {
      await expect.poll(() => heldCount(database, eventId)).toBe(0);
      expect(await expiryCount(database, eventId)).toBe(10);
    }
    last.child.kill('SIGTERM');
    await last.exited;
  });
});
