import { startTcpProxy } from '@holdfast/testing';
import {
  commit,
  type Database,
  DatabaseUnavailable,
  findEvent,
  openDatabase,
  readFeed,
} from '@holdfast/data';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expireHolds, type SweepLimits, sweepLimits } from '../../src/jobs/expire-holds.ts';
import {
  eventWithHolds,
  expectSound,
  expiryCount,
  heldCount,
  lockEvents,
  openFresh,
  reserveOne,
  untilSomebodyWaitsForALock,
} from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';

let database: Database;
let url: string;
beforeAll(async () => {
  ({ database, url } = await openFresh());
});
afterEach(async () => {
  await expectSound(database);
});
afterAll(async () => {
  await database.close();
});

function sweep(limits: Partial<SweepLimits> = {}, { log } = memoryLog(), signal?: AbortSignal) {
  return expireHolds({
    database,
    log,
    signal: signal ?? new AbortController().signal,
    limits: { ...sweepLimits, ...limits },
  });
}

describe('a sweep', () => {
  test('gives back the seats of holds that have lapsed', async () => {
    const eventId = await eventWithHolds(database, { holdCount: 3 });
    expect(await sweep()).toEqual({
      expiredHoldCount: 3,
      cancelledBookingCount: 0,
      sweptEventCount: 1,
      failedEventCount: 0,
      isComplete: true,
    });
    expect(await findEvent(database, eventId)).toMatchObject({
      capacity: { total: 13, available: 13, held: 0 },
    });
  });

  test('leaves a hold that has not lapsed, and a booking that was confirmed', async () => {
    const eventId = await eventWithHolds(database, { holdCount: 1, holdDurationMs: 600_000 });
    const { bookingId, userId, quantity } = reserveOne();
    await commit(database, eventId, [{ type: 'book', bookingId, userId, quantity }]);
    expect((await sweep()).expiredHoldCount).toBe(0);
    expect(await findEvent(database, eventId)).toMatchObject({
      capacity: { total: 11, available: 9, held: 1 },
    });
  });

  test('makes no new version where nothing has lapsed', async () => {
    const eventId = await eventWithHolds(database, { holdCount: 1, holdDurationMs: 600_000 });
    await commit(database, eventId, [{ type: 'expire', bookingCountMax: 10 }]);
    expect((await findEvent(database, eventId))?.version).toBe(2);
  });

  test('goes on over several pages, and over more holds of an event than one commit takes', async () => {
    const eventIds = await Promise.all(
      [2, 1, 5, 1, 3].map((holdCount) => eventWithHolds(database, { holdCount })),
    );
    const report = await sweep({ eventCountPerPage: 2, bookingCountMax: 2 });
    expect(report).toMatchObject({ expiredHoldCount: 12, isComplete: true });
    for (const eventId of eventIds) expect(await heldCount(database, eventId)).toBe(0);
  });

  test('ends at its page limit and says so; the next one takes the rest', async () => {
    for (let index = 0; index < 5; index += 1) await eventWithHolds(database);
    const limits = { eventCountPerPage: 2, pageCountMax: 2 };
    expect(await sweep(limits)).toMatchObject({ sweptEventCount: 4, isComplete: false });
    expect(await sweep(limits)).toMatchObject({ sweptEventCount: 1, isComplete: true });
  });

  test('run many times at once has one effect', async () => {
    const eventIds = await Promise.all(
      [20, 20, 20].map((holdCount) => eventWithHolds(database, { holdCount })),
    );
    await Promise.all(Array.from({ length: 4 }, () => sweep()));
    for (const eventId of eventIds) {
      expect(await heldCount(database, eventId)).toBe(0);
      expect(await expiryCount(database, eventId)).toBe(20);
    }
    expect((await sweep()).expiredHoldCount).toBe(0);
  });

  test('ends when it is told to, and leaves the rest for the next', async () => {
    for (let index = 0; index < 3; index += 1) await eventWithHolds(database);
    const report = await sweep({}, memoryLog(), AbortSignal.abort());
    expect(report).toMatchObject({ sweptEventCount: 0, isComplete: false });
    expect((await sweep()).sweptEventCount).toBe(3);
  });
});

describe('an event that was called off', () => {
  /** With so many sales and holds; none of its holds has lapsed. */
  async function calledOff(bookingCount: number): Promise<string> {
    const eventId = await eventWithHolds(database, {
      holdCount: bookingCount,
      holdDurationMs: 600_000,
    });
    const sale = { ...reserveOne(), type: 'book' } as const;
    await commit(database, eventId, [
      sale,
      { type: 'close', organizerId: 'organizer', as: 'cancelled' },
    ]);
    return eventId;
  }

  test('is swept of all its bookings, over as many commits as it takes, and has its seats back', async () => {
    const [one, other] = [await calledOff(10), await calledOff(3)];
    const report = await sweep({ bookingCountMax: 4, eventCountPerPage: 1 });
    expect(report).toMatchObject({
      cancelledBookingCount: 15,
      expiredHoldCount: 0,
      isComplete: true,
    });
    for (const eventId of [one, other]) {
      const { capacity } = (await findEvent(database, eventId)) ?? {};
      expect(capacity).toMatchObject({ available: capacity?.total, held: 0 });
    }
    expect(await sweep()).toMatchObject({ cancelledBookingCount: 0, sweptEventCount: 0 });
  });

  test('is told of in its feed, commit by commit', async () => {
    const eventId = await calledOff(5);
    const { version: afterVersion = 0 } = (await findEvent(database, eventId)) ?? {};
    await sweep({ bookingCountMax: 4 });
    const changes = await readFeed(database, { eventId, afterVersion, limit: 9 });
    expect(changes.map(({ status, availableSeats }) => [status, availableSeats])).toEqual([
      ['cancelled', 13],
      ['cancelled', 15],
    ]);
  });

  test('is swept once, however many sweep at once', async () => {
    const eventId = await calledOff(30);
    const reports = await Promise.all(Array.from({ length: 4 }, () => sweep()));
    const ended = reports.reduce((sum, report) => sum + report.cancelledBookingCount, 0);
    expect(ended).toBe(31);
    expect((await findEvent(database, eventId))?.capacity).toMatchObject({ available: 40 });
  });
});

describe('an event that cannot be swept', () => {
  test('does not stop the others, is logged, and is swept once it can be', async () => {
    const locked = await eventWithHolds(database);
    const others = [await eventWithHolds(database), await eventWithHolds(database)];
    await using lock = await lockEvents(database, locked);
    const memory = memoryLog();
    expect(await sweep({}, memory)).toMatchObject({ sweptEventCount: 2, failedEventCount: 1 });
    await lock.release();
    expect(memory.said('event not swept; the next sweep tries again')).toMatchObject([
      { eventId: locked },
    ]);
    for (const eventId of others) expect(await heldCount(database, eventId)).toBe(0);
    expect(await heldCount(database, locked)).toBe(1);
    expect(await sweep()).toMatchObject({ sweptEventCount: 1, failedEventCount: 0 });
  });

  test('does not keep its place at the head of the line, though it lapsed first', async () => {
    const locked = [await eventWithHolds(database), await eventWithHolds(database)];
    await using _lock = await lockEvents(database, ...locked);
    const other = await eventWithHolds(database);
    await sweep({ eventCountPerPage: 2, pageCountMax: 3 });
    expect(await heldCount(database, other)).toBe(0);
  });

  test('is not logged without bound', async () => {
    const eventIds = await Promise.all([1, 2, 3, 4].map(() => eventWithHolds(database)));
    await using _lock = await lockEvents(database, ...eventIds);
    const memory = memoryLog();
    const report = await sweep({ failureLogCountMax: 2 }, memory);
    expect(report.failedEventCount).toBe(4);
    expect(memory.lines).toHaveLength(2);
  });
});

describe('a database that is away', () => {
  test('fails the sweep, whether it went before or in the middle, and the next one fixes it', async () => {
    const eventId = await eventWithHolds(database);
    await using proxy = await startTcpProxy(url);
    const behindProxy = await openDatabase({ url: proxy.url });
    const sweepBehindProxy = () =>
      expireHolds({
        database: behindProxy,
        log: memoryLog().log,
        signal: new AbortController().signal,
      });
    proxy.cut();
    await expect(sweepBehindProxy()).rejects.toThrow(DatabaseUnavailable);
    proxy.restore();
    await using lock = await lockEvents(database, eventId);
    const sweeping = sweepBehindProxy();
    await untilSomebodyWaitsForALock(database);
    proxy.cut();
    await expect(sweeping).rejects.toThrow(DatabaseUnavailable);
    await lock.release();
    proxy.restore();
    expect(await sweepBehindProxy()).toMatchObject({ failedEventCount: 0, isComplete: true });
    await behindProxy.close();
    expect(await heldCount(database, eventId)).toBe(0);
    expect(await expiryCount(database, eventId)).toBe(1);
  });
});
