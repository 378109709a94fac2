import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Admission,
  type AdmissionLimits,
  connectRedis,
  openAdmission,
  waitUntilReady,
} from '@holdfast/redis';
import { commit, type Database, findEvent } from '@holdfast/data';
import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { Registry } from 'prom-client';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from 'vitest';
import { reconcile, reconcileEvents, reconcileLimits } from '../../src/jobs/reconcile.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { crowd, standingOf, warm } from './buyers.ts';
import { eventOnSale, expectSound, openFresh } from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterEach(async () => {
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

const bookOne = () =>
  ({ type: 'book', bookingId: randomUUID(), userId: randomUUID(), quantity: 1 }) as const;

describe.each(redisFlavours())('on $name', ({ url }) => {
  let prefix: string;
  beforeEach(() => {
    prefix = freshPrefix();
  });
  const redis = connectRedis(url, 'queue');
  afterAll(() => redis.disconnect());

  async function admissionWith(limits: Partial<AdmissionLimits> = {}): Promise<Admission> {
    const connection = connectRedis(url, 'queue');
    const admission = openAdmission({ redis: connection, prefix, limits, timeoutMs: 5_000 });
    onTestFinished(() => admission.close());
    await waitUntilReady(connection, 10_000);
    return admission;
  }

  async function reconciliation(limits: Partial<AdmissionLimits> = {}) {
    const admission = await admissionWith(limits);
    const memory = memoryLog();
    const metrics = createWorkerMetrics(new Registry());
    const { log } = memory;
    const parts = { database, admission, log, metrics, signal: new AbortController().signal };
    const driftSeats = async () => (await metrics.driftSeats.get()).values[0]?.value;
    return { parts, admission, driftSeats, found: () => memory.lines };
  }

  async function warmEvent(admission: Admission, total = 10): Promise<string> {
    const eventId = await eventOnSale(database, { total });
    await warm({ database, admission, eventId });
    return eventId;
  }

  const standingKeyOf = (eventId: string) => `${prefix}:{event:${eventId}}:standing`;
  const knownOf = async (admission: Admission, eventId: string) =>
    (await admission.inspect([eventId])).get(eventId);

  test('an event that Redis knows is set to what PostgreSQL says, by version', async () => {
    const { parts, admission, driftSeats } = await reconciliation();
    const eventId = await warmEvent(admission);
    await commit(database, eventId, [bookOne(), bookOne()]);
    const report = await reconcile(parts);
    expect(report).toMatchObject({ driftSeats: 0, isComplete: true });
    expect(await knownOf(admission, eventId)).toMatchObject({
      version: (await findEvent(database, eventId))?.version,
      free: 8,
    });
    expect(await driftSeats()).toBe(0);
  });

  test('an event that is cold stays cold', async () => {
    const { parts, admission } = await reconciliation();
    const eventId = await eventOnSale(database, { total: 10 });
    await reconcile(parts);
    expect(await admission.inspect([eventId])).toEqual(new Map());
  });

  test('an event without a commit for long is left alone: what Redis says of it has run out', async () => {
    const { parts, admission } = await reconciliation({ refusalDurationMaxMs: 10 });
    const eventId = await warmEvent(admission);
    await redis.hset(standingKeyOf(eventId), 'free', 3);
    await sleep(20);
    const limits = { ...reconcileLimits, changedWithinMs: 10 };
    await reconcile({ ...parts, limits });
    expect(await admission.ask(eventId, null)).toMatchObject({ free: 3, certainty: 'expired' });
  });

  test('fences on their way are not forgotten, over several pages of events', async () => {
    const { parts, admission } = await reconciliation();
    const eventIds = await Promise.all([1, 2, 3, 4, 5].map(() => warmEvent(admission)));
    for (const eventId of eventIds) {
      await admission.ask(eventId, 'a');
      await admission.ask(eventId, 'b');
      await commit(database, eventId, [bookOne()]);
    }
    const limits = { ...reconcileLimits, eventCountPerPage: 2 };
    expect((await reconcile({ ...parts, limits })).driftSeats).toBe(0);
    for (const eventId of eventIds) {
      expect(await knownOf(admission, eventId)).toMatchObject({ free: 9, fenceCount: 2 });
      expect((await admission.ask(eventId, null)).certainty).toBe('unknown');
      const standing = await standingOf(database, eventId);
      for (const fence of ['a', 'b']) {
        await admission.settle(eventId, { standing, asOfMs: await admission.now(), fence });
      }
      expect((await admission.ask(eventId, null)).certainty).toBe('certain');
    }
  });

  test('fences that have lapsed are no drift, and go', async () => {
    const { parts, admission, found } = await reconciliation({ fenceDurationMs: 1 });
    const eventId = await warmEvent(admission);
    await admission.ask(eventId, 'a');
    await sleep(20);
    expect(await knownOf(admission, eventId)).toMatchObject({ fenceCount: 1 });
    expect((await reconcile(parts)).driftSeats).toBe(0);
    expect(await knownOf(admission, eventId)).toMatchObject({ fenceCount: 0 });
    expect(found()).toEqual([]);
  });

  test('drift at the same version is fixed, logged once and counted', async () => {
    const { parts, admission, driftSeats, found } = await reconciliation();
    const eventId = await warmEvent(admission);
    await redis.hset(standingKeyOf(eventId), 'free', 3);
    expect(await reconcile(parts)).toMatchObject({ driftSeats: 7 });
    expect(await reconcile(parts)).toMatchObject({ driftSeats: 0 });
    expect(await driftSeats()).toBe(7);
    expect(found()).toMatchObject([
      { msg: 'Redis had drifted from PostgreSQL', level: 40, eventId, free: 3, driftSeats: 7 },
    ]);
  });

  test('what Redis knows of a version that PostgreSQL has not reached is forgotten: it was restored', async () => {
    const { parts, admission, driftSeats, found } = await reconciliation();
    const eventId = await warmEvent(admission);
    const ahead = { version: 40, availableSeats: 2, quantityPerBookingMax: 4, refusableForMs: 0 };
    expect((await standingOf(database, eventId)).version).toBeLessThan(ahead.version);
    const asOfMs = await admission.now();
    await admission.settle(eventId, { standing: ahead, asOfMs, fence: null });
    await reconcile(parts);
    expect(await admission.inspect([eventId])).toEqual(new Map());
    expect(found()).toMatchObject([{ eventId, redisVersion: 40, driftSeats: 8 }]);
    expect(await driftSeats()).toBe(8);
    await warm({ database, admission, eventId });
    expect(await admission.ask(eventId, null)).toMatchObject({ free: 10, certainty: 'certain' });
  });

  test('an event that PostgreSQL does not have is forgotten', async () => {
    const { parts, admission } = await reconciliation();
    const eventId = randomUUID();
    const standing = { version: 1, availableSeats: 0, quantityPerBookingMax: 4, refusableForMs: 0 };
    const asOfMs = await admission.now();
    await admission.settle(eventId, { standing, asOfMs, fence: null });
    expect(await reconcileEvents(parts, [eventId])).toMatchObject({ driftSeats: 1 });
    expect(await admission.inspect([eventId])).toEqual(new Map());
  });

  describe('a reading that is overtaken by a sale', () => {
    const total = 10;

    test('changes nothing: all seats stay sold', async () => {
      const { parts, admission } = await reconciliation();
      const eventId = await warmEvent(admission, total);
      const sellAll = async () => {
        const { asOfMs } = await admission.ask(eventId, null);
        await commit(database, eventId, Array.from({ length: total }, bookOne));
        const standing = await standingOf(database, eventId);
        await admission.settle(eventId, { standing, asOfMs, fence: null });
      };
      // Between the reading and what is made of it.
      const overtaken: Admission = {
        ...admission,
        async settle(...args) {
          await sellAll();
          return admission.settle(...args);
        },
      };
      expect(await reconcileEvents({ ...parts, admission: overtaken }, [eventId])).toMatchObject({
        driftSeats: 0,
      });
      expect(await admission.ask(eventId, null)).toMatchObject({ free: 0, certainty: 'certain' });
    });

    test('or overtakes the look at Redis, is no restored database', async () => {
      const { parts, admission, found } = await reconciliation();
      const eventId = await warmEvent(admission, total);
      const overtaken: Admission = {
        ...admission,
        async inspect(eventIds) {
          await commit(database, eventId, [bookOne()]);
          await warm({ database, admission, eventId });
          return admission.inspect(eventIds);
        },
      };
      await reconcileEvents({ ...parts, admission: overtaken }, [eventId]);
      expect(found()).toEqual([]);
      expect(await knownOf(admission, eventId)).toMatchObject({ free: total - 1 });
    });

    test('control: a plain counter that is set to what was read sells them again', async () => {
      const eventId = await eventOnSale(database, { total });
      const seatsKey = `${prefix}:{control}:seats`;
      const admits = async () => (await redis.decr(seatsKey)) >= 0;
      await redis.set(seatsKey, total);
      const read = (await findEvent(database, eventId))?.capacity.available ?? 0;
      for (let sold = 0; sold < total; sold += 1) {
        expect(await admits()).toBe(true);
        await commit(database, eventId, [bookOne()]);
      }
      await redis.set(seatsKey, read);
      expect(await admits()).toBe(true);
    });
  });

  test('every 50 ms under full load: no drift, every seat sold once, nobody refused falsely', async () => {
    const { parts, admission, found } = await reconciliation();
    const total = 2_000;
    const eventId = await warmEvent(admission, total);
    let reconciledCount = 0;
    let driftSeats = 0;
    const stopping = new AbortController();
    const reconciling = (async () => {
      while (!stopping.signal.aborted) {
        const report = await reconcile(parts);
        reconciledCount += report.reconciledEventCount;
        driftSeats += report.driftSeats;
        await sleep(50);
      }
    })();
    const shop = { database, admission, eventId };
    const sales = await crowd(shop, { buyerCount: 24, buyCount: 1_600 });
    stopping.abort();
    await reconciling;
    expect({ ...sales, driftSeats, found: found() }).toMatchObject({
      soldSeats: total,
      falselyRefusedCount: 0,
      driftSeats: 0,
      found: [],
    });
    expect(sales.earlyCount).toBeGreaterThan(0);
    expect(reconciledCount).toBeGreaterThan(3);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 0, total });
  });
});
