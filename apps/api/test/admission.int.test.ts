import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  freshPrefix,
  providedServices,
  redisFlavours,
  startTcpProxy,
  type TcpProxy,
} from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { migratedDatabase } from './api.ts';
import {
  cancel,
  claim,
  type LeaseCounter,
  openLeaseCounter,
  openWorkingEntrance,
  sellEvent,
  setCapacity,
  soldOut,
  type TestEntrance,
} from './entrances.ts';

const confirmed = { status: 'accepted', booking: { status: 'confirmed' } };
const overloaded = { code: 'overloaded' };

/** The same answer, so many times. */
const times = (count: number, answer: unknown) => Array.from({ length: count }, () => answer);

describe.each(redisFlavours())('on $name', ({ url }) => {
  const prefix = freshPrefix();
  let network: TcpProxy;
  let near: TestEntrance;
  let far: TestEntrance;
  let leases: LeaseCounter;

  beforeAll(async () => {
    const databaseUrl = await migratedDatabase();
    network = await startTcpProxy(databaseUrl);
    const redisUrl = url;
    near = await openWorkingEntrance({ databaseUrl: network.url, redisUrl, prefix });
    far = await openWorkingEntrance({ databaseUrl, redisUrl, prefix });
    leases = openLeaseCounter(redisUrl, prefix);
  });

  afterEach(() => network.mend());

  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
    leases.close();
    await network[Symbol.asyncDispose]();
  });

  const refusalsBy = (entrance: TestEntrance, by: string) =>
    entrance.metric('holdfast_refusals_total', { reason: 'sold_out', by });

  /** No lease and no fence is left behind. */
  const noneLeft = (eventId: string) =>
    expect.poll(() => leases.count(eventId), { timeout: 3_000 }).toBe(0);

  /** An event without a free seat, of which Redis knows that. */
  async function soldOutEvent(total = 1) {
    const eventId = await sellEvent(far.database, total);
    const sold = Array.from({ length: total }, () => randomUUID());
    await Promise.all(sold.map((bookingId) => claim(far, eventId, { bookingId })));
    expect(await claim(far, eventId)).toEqual(soldOut);
    await far.entrance.idle();
    return { eventId, sold };
  }

  describe('a sold-out event', () => {
    test('refuses without PostgreSQL', async () => {
      const { eventId } = await soldOutEvent();
      const earlyRefusals = async () =>
        (await refusalsBy(near, 'redis')) + (await refusalsBy(near, 'memory'));
      const before = { database: await refusalsBy(near, 'database'), early: await earlyRefusals() };
      network.freeze();
      const answers = await Promise.all(Array.from({ length: 200 }, () => claim(near, eventId)));
      answers.push(await claim(near, eventId));
      expect(answers).toEqual(times(201, soldOut));
      expect(await refusalsBy(near, 'database')).toBe(before.database);
      expect(await earlyRefusals()).toBe(before.early + 201);
    });

    test('of which a user has to leave the last seat to others goes to one of them', async () => {
      const eventId = await sellEvent(far.database, 1, { holdPauseMs: 60_000 });
      const mallory = { userId: 'mallory', type: 'reserve' } as const;
      const first = { ...mallory, bookingId: randomUUID() };
      await claim(far, eventId, first);
      await cancel(far, eventId, first);
      const paused = { status: 'refused', reason: 'hold_paused' };
      expect(await claim(near, eventId, mallory)).toEqual(paused);
      const claims = Array.from({ length: 40 }, (_, index) =>
        claim(index % 2 === 0 ? near : far, eventId, mallory),
      );
      // Redis knows nothing of pauses. What it may say besides is true once the seat is sold.
      expect(await claim(near, eventId)).toMatchObject(confirmed);
      for (const answer of await Promise.all(claims))
        expect([paused, soldOut]).toContainEqual(answer);
      const repeated = { ...first, isFirstAttempt: false };
      expect(await claim(near, eventId, repeated)).toMatchObject({
        booking: { id: first.bookingId, status: 'cancelled' },
      });
      await noneLeft(eventId);
    });

    test('gives whoever has booked already the booking, when asked again', async () => {
      const { eventId, sold } = await soldOutEvent();
      const [bookingId = ''] = sold;
      expect(await claim(far, eventId, { bookingId, isFirstAttempt: false })).toMatchObject({
        status: 'accepted',
        booking: { id: bookingId, status: 'confirmed' },
      });
    });

    test('answers early exactly what PostgreSQL answers', async () => {
      const { eventId } = await soldOutEvent();
      expect(await claim(far, eventId)).toEqual(
        await claim(far, eventId, { isFirstAttempt: false }),
      );
    });

    test('has a seat for the next buyer as soon as one is cancelled, wherever that is', async () => {
      const { eventId, sold } = await soldOutEvent(2);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        expect(await claim(to, eventId)).toEqual(soldOut);
        await cancel(from, eventId, { bookingId: sold.pop() ?? '' });
        expect(await claim(to, eventId)).toMatchObject(confirmed);
      }
      await noneLeft(eventId);
    });

    test('has a seat as soon as its capacity is raised', async () => {
      const { eventId } = await soldOutEvent();
      await setCapacity(near, eventId, 2);
      expect(await claim(far, eventId)).toMatchObject(confirmed);
      await noneLeft(eventId);
    });

    test('has a seat within a second of the lapse of a hold', async () => {
      const holdDurationMs = 400;
      const eventId = await sellEvent(far.database, 1, { holdDurationMs });
      await claim(far, eventId, { type: 'reserve' });
      expect(await claim(near, eventId)).toEqual(soldOut);
      await expect
        .poll(() => claim(near, eventId), { timeout: holdDurationMs + 1_000, interval: 20 })
        .toMatchObject(confirmed);
    });

    test('refuses a larger claim than it has seats for, and takes a smaller one', async () => {
      const eventId = await sellEvent(far.database, 3);
      expect(await claim(far, eventId, { quantity: 2 })).toMatchObject(confirmed);
      expect(await claim(far, eventId, { quantity: 2 })).toEqual(soldOut);
      const before = await refusalsBy(far, 'memory');
      const refusedByMemory = async () => {
        expect(await claim(far, eventId, { quantity: 2 })).toEqual(soldOut);
        return (await refusalsBy(far, 'memory')) - before;
      };
      await expect.poll(refusedByMemory, { interval: 1 }).toBeGreaterThan(0);
      expect(await claim(far, eventId, { quantity: 11 })).toEqual({
        status: 'refused',
        reason: 'quantity_over_limit',
      });
      expect(await claim(far, eventId)).toMatchObject(confirmed);
    });

    test('that is closed, or is not there, is refused with the reason that PostgreSQL has', async () => {
      const { eventId } = await soldOutEvent();
      const command = { type: 'close', organizerId: 'olga', as: 'closed' } as const;
      const arrival = { command, isFirstAttempt: false };
      await far.entrance.submit(eventId, arrival, { remainingMs: () => 5_000 });
      for (const [id, reason] of [
        [eventId, 'event_closed'],
        [randomUUID(), 'event_not_found'],
      ] as const) {
        const crowd = Array.from({ length: 100 }, () => claim(near, id));
        const answers = await Promise.all(crowd);
        // Redis may say a no of from before the closing, but not for long.
        const late = await claim(near, id);
        expect(answers.concat(late)).toEqual(times(101, { status: 'refused', reason }));
        await noneLeft(id);
      }
    });
  });

  test('a crowd sells every seat once, and the rest is refused, mostly without PostgreSQL', async () => {
    const eventId = await sellEvent(far.database, 20);
    const before = await refusalsBy(near, 'database');
    const crowd = Array.from({ length: 400 }, (_, index) =>
      claim(index % 2 === 0 ? near : far, eventId),
    );
    const answers = await Promise.all(crowd);
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 'refused')).toHaveLength(380);
    expect((await refusalsBy(near, 'database')) - before).toBeLessThan(100);
    await noneLeft(eventId);
  });

  describe('nothing is left in Redis', () => {
    test('of a claim that PostgreSQL refused', async () => {
      const eventId = await sellEvent(far.database, 2);
      const userId = 'a user with one booking';
      await claim(far, eventId, { userId });
      await far.entrance.idle();
      expect(await claim(far, eventId, { userId })).toEqual({
        status: 'refused',
        reason: 'bookings_over_limit',
      });
      await noneLeft(eventId);
    });

    test('of claims that ran into their deadline, waiting or in flight', async () => {
      const eventId = await sellEvent(far.database, 100);
      expect(await claim(far, eventId)).toMatchObject(confirmed);
      await far.entrance.idle();
      network.freeze();
      const inFlight = claim(near, eventId, { timeoutMs: 400 });
      // In the committer's queue by then, with a lease.
      await expect.poll(() => leases.count(eventId)).toBe(1);
      const waiting = Array.from({ length: 20 }, () => claim(near, eventId, { timeoutMs: 200 }));
      await expect.poll(() => leases.count(eventId)).toBe(21);
      const ends = await Promise.allSettled(waiting);
      const rejected = { status: 'rejected', reason: expect.objectContaining(overloaded) };
      expect(ends).toEqual(times(20, rejected));
      await expect.poll(() => leases.count(eventId)).toBe(1);
      expect(await inFlight).toEqual({ status: 'unknown' });
      network.mend();
      await noneLeft(eventId);
    });

    test('of what gives seats back and ran into its deadline', async () => {
      const { eventId, sold } = await soldOutEvent(2);
      network.freeze();
      const command = { type: 'cancel', bookingId: sold[0] ?? '', userId: sold[0] ?? '' } as const;
      const arrival = { command, isFirstAttempt: false };
      const inFlight = near.entrance.submit(eventId, arrival, { remainingMs: () => 400 });
      await expect.poll(() => leases.count(eventId)).toBe(1);
      // Its commit waits for as long as an old no may be repeated.
      await pause(100);
      const waiting = near.entrance.submit(eventId, arrival, { remainingMs: () => 200 });
      await expect.poll(() => leases.count(eventId)).toBe(2);
      const ends = await Promise.allSettled([inFlight, waiting]);
      expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      network.mend();
      await noneLeft(eventId);
    });

    test('of claims whose commit throws', async () => {
      const eventId = await sellEvent(far.database, 5);
      network.cut();
      const end = claim(near, eventId);
      await expect(end).rejects.toMatchObject({ name: 'DatabaseUnavailable' });
      await noneLeft(eventId);
      network.mend();
      await expect
        .poll(() => claim(near, eventId).catch(() => null), { timeout: 5_000 })
        .toMatchObject(confirmed);
    });
  });
});

describe('when there is no room', () => {
  test('claims are overloaded at once, and hold nothing in Redis', async () => {
    const prefix = freshPrefix();
    const { redisUrl } = providedServices();
    const databaseUrl = await migratedDatabase();
    await using network = await startTcpProxy(databaseUrl);
    const env = { QUEUE_LENGTH_MAX: '5', GROUP_SIZE_MAX: '1' };
    const entrance = await openWorkingEntrance({ databaseUrl: network.url, redisUrl, prefix, env });
    const leases = openLeaseCounter(redisUrl, prefix);
    // So few that Redis is asked about every claim.
    const eventId = await sellEvent(entrance.database, 19);
    await claim(entrance, eventId);
    await entrance.entrance.idle();
    network.freeze();
    const timeoutMs = 1_000;
    const refused: unknown[] = [];
    const note = (reason: unknown) => void refused.push(reason);
    const crowd = () =>
      Array.from({ length: 5 }, () => claim(entrance, eventId, { timeoutMs }).catch(note));
    // One is in flight, four wait.
    const first = crowd();
    await expect.poll(() => leases.count(eventId)).toBe(5);
    const more = crowd();
    await expect.poll(() => refused).toHaveLength(4);
    expect(await leases.count(eventId)).toBe(6);
    await Promise.all([...first, ...more]);
    expect(refused).toEqual(times(9, expect.objectContaining(overloaded)));
    network.mend();
    await expect.poll(() => leases.count(eventId), { timeout: 3_000 }).toBe(0);
    leases.close();
    await entrance.close();
  });
});
