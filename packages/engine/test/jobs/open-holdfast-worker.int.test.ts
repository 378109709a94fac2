import { randomUUID } from 'node:crypto';
import { connectRedis, PrefixTaken } from '@holdfast/redis';
import type { Database } from '@holdfast/data';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openHoldfast } from '../../src/open-holdfast.ts';
import { type HoldfastWorkerOptions, openHoldfastWorker } from '../../src/worker.ts';
import { eventWithHolds, expectSound, heldCount, openFresh } from '@holdfast/fixtures';

let database: Database;
let databaseUrl: string;
beforeAll(async () => {
  ({ database, url: databaseUrl } = await openFresh());
});
afterEach(() => expectSound(database));
afterAll(() => database.close());

async function openWorker(options: Partial<HoldfastWorkerOptions> = {}) {
  const worker = await openHoldfastWorker({ databaseUrl, ...options });
  onTestFinished(() => worker.stop());
  return worker;
}

async function openEmbedded(registry = new Registry()) {
  const holdfast = await openHoldfast({ databaseUrl, registry });
  onTestFinished(() => holdfast.close());
  return holdfast;
}

/** Puts into `heard` how many seats a watcher hears to be free, until it has heard of three changes. */
async function hearThree(
  holdfast: Awaited<ReturnType<typeof openEmbedded>>,
  eventId: string,
  heard: number[],
) {
  for await (const { changes } of holdfast.watch(eventId)) {
    heard.push(...changes.map(({ availableSeats }) => availableSeats));
    if (heard.length >= 3) break;
  }
}

describe('Holdfast and its worker in one process, with a database alone', () => {
  test('a hold lapses, is swept, and who watches hears of it; both count in one registry', async () => {
    const registry = new Registry();
    const holdfast = await openEmbedded(registry);
    const worker = await openWorker({ registry });
    await worker.ready;
    const eventId = await eventWithHolds(database, { holdCount: 0, holdDurationMs: 1_000 });
    const heard: number[] = [];
    const hearing = hearThree(holdfast, eventId, heard);
    await expect.poll(() => heard).toEqual([10]);
    const reserve = { bookingId: randomUUID(), userId: 'ada', quantity: 1 } as const;
    const outcome = await holdfast.submit(eventId, { type: 'reserve', ...reserve });
    expect(outcome.status).toBe('accepted');
    await hearing;
    expect(heard).toEqual([10, 9, 10]);
    expect(await heldCount(database, eventId)).toBe(0);
    const booking = await holdfast.findBooking({ eventId, bookingId: reserve.bookingId });
    expect(booking?.status).toBe('expired');
    // Counted after the commit that who watches has heard of.
    const metrics = () => registry.metrics();
    await expect.poll(metrics).toMatch(/^holdfast_expired_holds_total 1$/m);
    // Not by the reading that the engine falls back on where no worker relays.
    await expect.poll(metrics).toMatch(/^holdfast_relayed_changes_total [1-9]/m);
    await expect.poll(metrics).toMatch(/^holdfast_commits_total\{result="committed"\} [1-9]/m);
    expect(worker.queueOn).toBe('postgresql');
    expect(worker.health()).toEqual({ stalled: [], failing: [] });
  });

  test('control: without the worker the hold has lapsed, and stays unswept', async () => {
    const holdfast = await openEmbedded();
    const eventId = await eventWithHolds(database, { holdCount: 1 });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await heldCount(database, eventId)).toBe(1);
    expect((await holdfast.findEvent(eventId))?.availableSeats).toBe(11);
  });

  test('who stops a worker has its connections closed, and the jobs end', async () => {
    const worker = await openHoldfastWorker({ databaseUrl });
    await worker.ready;
    const connectionCount = async () => {
      const text = `select count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name in ('holdfast-worker', 'holdfast-jobs')`;
      return (await database.pool.query<{ count: number }>(text)).rows[0]?.count;
    };
    expect(await connectionCount()).toBeGreaterThan(0);
    await worker.stop();
    await expect.poll(connectionCount).toBe(0);
  });
});

test('a worker with Redis keeps its queue there', async () => {
  const { redisUrl } = providedServices();
  const redisPrefix = freshPrefix();
  const worker = await openWorker({ redisUrl, redisPrefix });
  await worker.ready;
  expect(worker.queueOn).toBe('redis');
  const eventId = await eventWithHolds(database);
  await expect.poll(() => heldCount(database, eventId)).toBe(0);
});

describe('what cannot be opened says why', () => {
  const { redisUrl } = providedServices();

  test.each([
    [{ databaseUrl: 'shop' }, /URL/],
    [{ redisUrl: 'cache:6379' }, /URL/],
    [{ auditEveryMs: 10 }, 'auditEveryMs is 10. Set it to 1000 or more.'],
    [{ auditEveryMs: Number.NaN }, 'auditEveryMs is NaN'],
    [{ redisUrl, redisPrefix: 'a b' }, 'prefix'],
    [{ databaseUrl: 'postgres://ann@db/shop?startup_parameters=off' }, 'Set REDIS_URL'],
  ])('%o', async (options, message) => {
    await expect(openHoldfastWorker({ databaseUrl, ...options })).rejects.toThrow(message);
  });

  test('a prefix of another database', async () => {
    const redisPrefix = freshPrefix();
    const redis = connectRedis(redisUrl, 'queue');
    await redis.set(`${redisPrefix}:deployment`, 'another database', 'PX', 30_000);
    await expect(openHoldfastWorker({ databaseUrl, redisUrl, redisPrefix })).rejects.toThrow(
      PrefixTaken,
    );
    redis.disconnect();
  });
});
