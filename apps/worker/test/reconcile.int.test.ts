import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Admission,
  type AdmissionLimits,
  connectRedis,
  openAdmission,
  waitUntilReady,
} from '@holdfast/admission';
import { commit, type Database, findEvent, readStandings } from '@holdfast/data';
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
import { reconcile, reconcileEvents, reconcileLimits } from '../src/reconcile.ts';
import { createWorkerMetrics } from '../src/worker-metrics.ts';
import { crowd, warm } from './buyers.ts';
import { eventOnSale, expectSound, openFresh } from './fixture.ts';
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
const ask = (quantity: number) => ({ leaseId: randomUUID(), quantity });

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

  const stateKeyOf = (eventId: string) => `${prefix}:{event:${eventId}}:state`;

  test('an event that Redis knows is set to what PostgreSQL says, by version', async () => {
    const { parts, admission, driftSeats } = await reconciliation();
    const eventId = await warmEvent(admission);
    await commit(database, eventId, [bookOne(), bookOne()]);
    const report = await reconcile(parts);
    expect(report).toMatchObject({ driftSeats: 0, isComplete: true });
    expect((await admission.inspect([eventId])).get(eventId)).toMatchObject({
      version: (await findEvent(database, eventId))?.version,
      base: 8,
    });
    expect(await driftSeats()).toBe(0);
  });

  test('an event that is cold stays cold', async () => {
    const { parts, admission } = await reconciliation();
    const eventId = await eventOnSale(database, { total: 10 });
    await reconcile(parts);
    expect(await admission.inspect([eventId])).toEqual(new Map());
  });

  test('an event without a commit for long is looked at while it holds leases', async () => {
    const { parts, admission } = await reconciliation();
    const eventId = await warmEvent(admission);
    await redis.hset(stateKeyOf(eventId), 'base', 3);
    await sleep(20);
    const limits = { ...reconcileLimits, changedWithinMs: 10 };
    await reconcile({ ...parts, limits });
    expect((await admission.inspect([eventId])).get(eventId)?.base).toBe(3);
    await admission.noteActive([eventId]);
    await reconcile({ ...parts, limits });
    expect((await admission.inspect([eventId])).get(eventId)?.base).toBe(10);
  });

  test('live leases are not touched, over several pages of events', async () => {
    const { parts, admission } = await reconciliation();
    const eventIds = await Promise.all([1, 2, 3, 4, 5].map(() => warmEvent(admission)));
    for (const eventId of eventIds) await admission.admit(eventId, [ask(2), ask(3), ask(0)]);
    const before = await admission.inspect(eventIds);
    for (const eventId of eventIds) await commit(database, eventId, [bookOne()]);
    const limits = { ...reconcileLimits, eventCountPerPage: 2 };
    expect((await reconcile({ ...parts, limits })).driftSeats).toBe(0);
    const after = await admission.inspect(eventIds);
    for (const eventId of eventIds) {
      expect(after.get(eventId)?.base).toBe(9);
      const { leaseCount, fenceCount, leasedSeats, leased } = before.get(eventId) ?? {};
      expect({ leaseCount, fenceCount, leasedSeats, leased }).toEqual({
        leaseCount: 2,
        fenceCount: 1,
        leasedSeats: 5,
        leased: 5,
      });
      expect(after.get(eventId)).toMatchObject({ leaseCount, fenceCount, leasedSeats, leased });
    }
  });

  test('leases that have lapsed are no drift', async () => {
    const { parts, admission, found } = await reconciliation({ leaseDurationMs: 1 });
    const eventId = await warmEvent(admission);
    await admission.admit(eventId, [ask(2), ask(3)]);
    await sleep(20);
    expect((await admission.inspect([eventId])).get(eventId)).toMatchObject({
      leased: 5,
      leasedSeats: 0,
    });
    expect((await reconcile(parts)).driftSeats).toBe(0);
    expect(found()).toEqual([]);
  });

  test('drift at the same version is mended, logged once and counted', async () => {
    const { parts, admission, driftSeats, found } = await reconciliation();
    const eventId = await warmEvent(admission);
    await redis.hset(stateKeyOf(eventId), 'base', 3);
    expect(await reconcile(parts)).toMatchObject({ driftSeats: 7 });
    expect(await reconcile(parts)).toMatchObject({ driftSeats: 0 });
    expect(await driftSeats()).toBe(7);
    expect(found()).toMatchObject([
      { msg: 'Redis had drifted from PostgreSQL', level: 40, eventId, base: 3, driftSeats: 7 },
    ]);
  });

  test('a sum of leases that is not theirs is logged and counted', async () => {
    const { parts, admission, found } = await reconciliation();
    const eventId = await warmEvent(admission);
    await admission.admit(eventId, [ask(2)]);
    await redis.hincrby(stateKeyOf(eventId), 'leased', 4);
    expect(await reconcile(parts)).toMatchObject({ driftSeats: 4 });
    expect(found()).toMatchObject([{ eventId, leased: 6, leasedSeats: 2, driftSeats: 4 }]);
  });

  test('what Redis knows of a version that PostgreSQL has not reached is forgotten: it was restored', async () => {
    const { parts, admission, driftSeats, found } = await reconciliation();
    const eventId = await warmEvent(admission);
    const standing = (await readStandings(database, [eventId])).get(eventId);
    const ahead = { version: 40, availableSeats: 2, quantityPerBookingMax: 4, refusableForMs: 0 };
    expect(standing?.version).toBeLessThan(ahead.version);
    await admission.admit(eventId, [ask(1)]);
    const asOfMs = await admission.now();
    await admission.settle(eventId, { standing: ahead, asOfMs, leases: [] });
    await reconcile(parts);
    expect(await admission.inspect([eventId])).toEqual(new Map());
    expect(found()).toMatchObject([{ eventId, redisVersion: 40, driftSeats: 8 }]);
    expect(await driftSeats()).toBe(8);
    await warm({ database, admission, eventId });
    expect((await admission.inspect([eventId])).get(eventId)).toMatchObject({
      base: 10,
      leaseCount: 1,
    });
  });

  test('an event that PostgreSQL does not have is forgotten', async () => {
    const { parts, admission } = await reconciliation();
    const eventId = randomUUID();
    const standing = { version: 1, availableSeats: 0, quantityPerBookingMax: 4, refusableForMs: 0 };
    const asOfMs = await admission.now();
    await admission.settle(eventId, { standing, asOfMs, leases: [] });
    expect(await reconcileEvents(parts, [eventId])).toMatchObject({ driftSeats: 1 });
    expect(await admission.inspect([eventId])).toEqual(new Map());
  });

  describe('a reading that is overtaken by a sale', () => {
    const total = 10;

    test('changes nothing: all seats stay sold', async () => {
      const { parts, admission } = await reconciliation();
      const eventId = await warmEvent(admission, total);
      const sellAll = async () => {
        const asks = Array.from({ length: total }, () => ask(1));
        const { asOfMs } = await admission.admit(eventId, asks);
        await commit(database, eventId, asks.map(bookOne));
        const standing = (await readStandings(database, [eventId])).get(eventId);
        if (standing) await admission.settle(eventId, { standing, asOfMs, leases: asks });
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
      const { verdicts } = await admission.admit(eventId, [ask(1)]);
      expect(verdicts).not.toContain('admitted');
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
      expect((await admission.inspect([eventId])).get(eventId)).toMatchObject({ base: total - 1 });
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

  test('every 50 ms under full load: no drift, no seat leased twice, nobody refused falsely', async () => {
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
      resoldCount: 0,
      falselyRefusedCount: 0,
      driftSeats: 0,
      found: [],
    });
    expect(sales.refusedCount).toBeGreaterThan(0);
    expect(reconciledCount).toBeGreaterThan(3);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 0, total });
  });
});
