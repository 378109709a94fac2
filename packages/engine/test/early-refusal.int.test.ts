import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freshTables } from '@holdfast/fixtures';
import {
  freshPrefix,
  providedServices,
  redisFlavours,
  startTcpProxy,
  type TcpProxy,
} from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  answersOfRedis,
  cancel,
  claim,
  type FenceCounter,
  openFenceCounter,
  openWorkingEngine,
  sellEvent,
  setCapacity,
  soldOut,
  type TestEngine,
} from './engine-for-test.ts';

const confirmed = { status: 'accepted', booking: { status: 'confirmed' } };

/** The same answer, so many times. */
const times = (count: number, answer: unknown) => Array.from({ length: count }, () => answer);

describe.each(redisFlavours())('on $name', ({ url }) => {
  const prefix = freshPrefix();
  let network: TcpProxy;
  let near: TestEngine;
  let far: TestEngine;
  let fences: FenceCounter;

  beforeAll(async () => {
    const databaseUrl = await freshTables();
    network = await startTcpProxy(databaseUrl);
    const redisUrl = url;
    near = await openWorkingEngine({ databaseUrl: network.url, redisUrl, prefix });
    far = await openWorkingEngine({ databaseUrl, redisUrl, prefix });
    fences = openFenceCounter(redisUrl, prefix);
  });

  afterEach(() => network.restore());

  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
    fences.close();
    await network[Symbol.asyncDispose]();
  });

  const refusalsBy = (engine: TestEngine, by: string) =>
    engine.metric('holdfast_refusals_total', { reason: 'sold_out', by });

  /** No fence is left behind. */
  const noneLeft = (eventId: string) => expect.poll(() => fences.count(eventId)).toBe(0);

  /** Claims until one is accepted, or has begun after this time: then that one's answer. */
  async function claimAgain(eventId: string, endsAt: number) {
    for (;;) {
      const beganAt = performance.now();
      const answer = await claim(near, eventId);
      if (answer.status === 'accepted' || beganAt > endsAt) return answer;
      await pause(20);
    }
  }

  /** An event without a free seat, of which Redis knows that. */
  async function soldOutEvent(total = 1) {
    const eventId = await sellEvent(far.database, total);
    const sold = Array.from({ length: total }, () => randomUUID());
    await Promise.all(sold.map((bookingId) => claim(far, eventId, { bookingId })));
    expect(await claim(far, eventId)).toEqual(soldOut);
    await far.lanes.idle();
    return { eventId, sold };
  }

  describe('a sold-out event', () => {
    test('refuses without PostgreSQL', async () => {
      const { eventId } = await soldOutEvent();
      const earlyRefusals = () => refusalsBy(near, 'redis');
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

    test('tells whoever has booked already what they have, though it refuses all others early', async () => {
      const { eventId, sold } = await soldOutEvent();
      const [bookingId = ''] = sold;
      const early = await refusalsBy(far, 'redis');
      const answers = [await claim(far, eventId, { userId: bookingId }), await claim(far, eventId)];
      expect(answers).toMatchObject([
        {
          reason: 'bookings_over_limit',
          activeBookings: [{ id: bookingId, status: 'confirmed', quantity: 1 }],
        },
        soldOut,
      ]);
      expect(await refusalsBy(far, 'redis')).toBe(early + 1);
    });

    test('lets a hold there be replaced by another process, and sells at once what that gives back', async () => {
      const eventId = await sellEvent(far.database, 3);
      const ofAnn = { userId: 'ann', type: 'reserve' } as const;
      await claim(far, eventId, { ...ofAnn, quantity: 3 });
      expect(await claim(far, eventId)).toEqual(soldOut);
      await far.lanes.idle();
      const replaced = (quantity: number) =>
        claim(near, eventId, { ...ofAnn, quantity, replace: true });
      expect(await replaced(4)).toEqual(soldOut);
      const [grown, rival] = await Promise.all([replaced(3), claim(far, eventId)]);
      expect([grown, rival]).toMatchObject([{ booking: { status: 'held' } }, soldOut]);
      expect(await replaced(2)).toMatchObject({ booking: { status: 'held', quantity: 2 } });
      expect(await claim(far, eventId)).toMatchObject(confirmed);
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
      const holdDurationMs = 800;
      const eventId = await sellEvent(far.database, 1, { holdDurationMs });
      await claim(far, eventId, { type: 'reserve' });
      const lapsedAt = performance.now() + holdDurationMs;
      expect(await claim(near, eventId)).toEqual(soldOut);
      expect(await claimAgain(eventId, lapsedAt + 1_000)).toMatchObject(confirmed);
    });

    test('refuses a larger claim than it has seats for, and takes a smaller one', async () => {
      const eventId = await sellEvent(far.database, 3);
      expect(await claim(far, eventId, { quantity: 2 })).toMatchObject(confirmed);
      expect(await claim(far, eventId, { quantity: 2 })).toEqual(soldOut);
      const before = await refusalsBy(far, 'redis');
      const refusedByRedis = async () => {
        expect(await claim(far, eventId, { quantity: 2 })).toEqual(soldOut);
        return (await refusalsBy(far, 'redis')) - before;
      };
      await expect.poll(refusedByRedis, { interval: 1 }).toBeGreaterThan(0);
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
      await far.lanes.submit(eventId, arrival, { remainingMs: () => 5_000 });
      for (const [id, reason] of [
        [eventId, 'event_closed'],
        [randomUUID(), 'event_not_found'],
      ] as const) {
        const crowd = Array.from({ length: 100 }, () => claim(near, id));
        const answers = await Promise.all(crowd);
        // Redis may still refuse by what was true before the closing, but not for long.
        const late = await claim(near, id);
        expect(answers.concat(late)).toEqual(times(101, { status: 'refused', reason }));
        await noneLeft(id);
      }
    });
  });

  test('a crowd sells every seat once, and who comes later is refused without PostgreSQL', async () => {
    const eventId = await sellEvent(far.database, 20);
    const crowd = () =>
      Promise.all(
        Array.from({ length: 400 }, (_, index) => claim(index % 2 === 0 ? near : far, eventId)),
      );
    const answers = await crowd();
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 'refused')).toHaveLength(380);
    await Promise.all([near.lanes.idle(), far.lanes.idle()]);
    const before = await refusalsBy(near, 'database');
    expect(await crowd()).toEqual(times(400, soldOut));
    expect(await refusalsBy(near, 'database')).toBe(before);
    await noneLeft(eventId);
  });

  test('a cancel of what is not there, or has ended, asks Redis nothing; one of what is there raises a fence', async () => {
    const eventId = await sellEvent(far.database, 10_000);
    const booked = { bookingId: randomUUID() };
    await claim(far, eventId, booked);
    await claim(far, eventId);
    await far.lanes.idle();
    const asked = await answersOfRedis(far);
    const nobodys = { bookingId: randomUUID() };
    const others = { ...booked, userId: 'mallory' };
    for (let count = 0; count < 20; count += 1) {
      expect(await cancel(far, eventId, nobodys)).toMatchObject({ reason: 'booking_not_found' });
      expect(await cancel(far, eventId, others)).toMatchObject({ reason: 'booking_not_found' });
    }
    // On a busy machine a look may take too long: then a fence stands as if something were there.
    expect((await answersOfRedis(far)) - asked).toBeLessThan(10);
    const before = await answersOfRedis(far);
    expect(await cancel(far, eventId, booked)).toMatchObject({ booking: { status: 'cancelled' } });
    expect(await answersOfRedis(far)).toBe(before + 1);
    for (let count = 0; count < 20; count += 1) {
      expect(await cancel(far, eventId, booked)).toMatchObject({
        booking: { status: 'cancelled' },
      });
    }
    expect((await answersOfRedis(far)) - before).toBeLessThan(10);
    await noneLeft(eventId);
  });

  test('no fence is left of a cancel that PostgreSQL refused', async () => {
    const { eventId } = await soldOutEvent();
    const nobodys = { bookingId: randomUUID() };
    expect(await cancel(near, eventId, nobodys)).toMatchObject({ reason: 'booking_not_found' });
    await noneLeft(eventId);
    expect(await claim(far, eventId)).toEqual(soldOut);
  });
});

describe('when there is no room', () => {
  test('claims are overloaded at once', async () => {
    const databaseUrl = await freshTables();
    const { redisUrl } = providedServices();
    await using network = await startTcpProxy(databaseUrl);
    const engine = await openWorkingEngine({
      databaseUrl: network.url,
      redisUrl,
      prefix: freshPrefix(),
      limits: { queueLengthMax: 5, groupSizeMax: 1 },
    });
    const eventId = await sellEvent(engine.database, 19);
    await claim(engine, eventId);
    network.freeze();
    const refused: { readonly from: string; readonly reason: unknown }[] = [];
    const crowd = (from: string) =>
      Array.from({ length: 5 }, () =>
        claim(engine, eventId, { timeoutMs: 1_000 }).catch((reason: unknown) => {
          refused.push({ from, reason });
        }),
      );
    const first = crowd('first');
    // One is in flight then, and four wait.
    await pause(100);
    await Promise.all([...first, ...crowd('more')]);
    const overloaded = expect.objectContaining({ name: 'Overloaded' });
    expect(refused.map(({ reason }) => reason)).toEqual(times(9, overloaded));
    // Those that have waited have waited for longer.
    expect(refused.slice(0, 4).map(({ from }) => from)).toEqual(times(4, 'more'));
    network.restore();
    await engine.close();
  });
});
