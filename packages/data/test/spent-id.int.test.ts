import { randomUUID } from 'node:crypto';
import {
  commitOrders,
  type Database,
  findBooking,
  findBookingHistory,
  findEvent,
  listBookingsOfEvent,
  listBookingsOfUser,
  openDatabase,
} from '@holdfast/data';
import type { BookingCommand } from '@holdfast/domain';
import { startTcpProxy } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  answers,
  commitAs,
  commitOne,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  openFresh,
} from './fixture.ts';
import { decideBlindly, tryRecord } from './race.ts';

/** Two processes: an attempt is slow in the one, and its client sends it again to the other. */
let slow: Database;
let other: Database;
let url: string;
beforeEach(async () => {
  const fresh = await openFresh({ poolSizeMax: 3 });
  ({ url, database: slow } = fresh);
  other = await openDatabase({ url, poolSizeMax: 3 });
});
afterEach(async () => {
  await expectSound(slow);
  await Promise.all([slow.close(), other.close()]);
});

const bookBy = (userId: string) =>
  ({ type: 'book', bookingId: randomUUID(), userId, quantity: 1 }) as const;

/** The only seat is sold to somebody who gives it back at the end. In between somebody else is refused. */
async function whileSoldOut(eventId: string, refuse: () => Promise<void>): Promise<void> {
  const taken = bookBy('bob');
  expect(answers([await give(other, eventId, taken)])).toEqual(['confirmed']);
  await refuse();
  const { bookingId, userId } = taken;
  await give(other, eventId, { type: 'cancel', bookingId, userId });
}

/** What a first attempt comes to that this process decides upon what it knows. */
async function giveFirst(eventId: string, command: BookingCommand): Promise<string[]> {
  const [end] = commitAs(slow, [{ eventId, commands: [command], isFirstAttempt: true }]);
  return answers((await end)?.outcomes ?? []);
}

describe('who was refused when asking again has no seat, though the first attempt comes late', () => {
  test.each([
    [true, ['id_taken'], 1],
    [undefined, ['confirmed'], 0],
  ] as const)('from memory; the repeat said so: %s', async (isRepeat, told, available) => {
    const eventId = await eventOnSale(slow, { total: 1 });
    const attempt = bookBy('ann');
    await whileSoldOut(eventId, async () => {
      const again = await give(other, eventId, { ...attempt, isRepeat });
      expect(answers([again])).toEqual(['sold_out']);
    });
    expect(await giveFirst(eventId, attempt)).toEqual(told);
    expect((await findEvent(other, eventId))?.capacity.available).toBe(available);
  });

  test('when its statement was on its way to PostgreSQL all the time', async () => {
    const eventId = await eventOnSale(slow, { total: 1 });
    const attempt = bookBy('ann');
    const sent = decideBlindly(knownTo(slow), eventId, [attempt]);
    await whileSoldOut(eventId, async () => {
      await give(other, eventId, { ...attempt, isRepeat: true });
    });
    expect(await tryRecord(slow, sent)).toEqual({ sqlState: '23505' });
  });

  test('when the first attempt is an order', async () => {
    const [eventId, second] = [
      await eventOnSale(slow, { total: 1 }),
      await eventOnSale(slow, { total: 5 }),
    ];
    const attempt = {
      type: 'placeOrder',
      orderId: randomUUID(),
      userId: 'ann',
      as: 'confirmed',
      lines: [
        { eventId: second, quantity: 1 },
        { eventId, quantity: 1 },
      ],
    } as const;
    const place = async (database: Database, isRepeat: boolean) => {
      const given = isRepeat ? { ...attempt, isRepeat } : attempt;
      return (await commitOrders(database, [given], knownTo(database))).outcomes;
    };
    await whileSoldOut(eventId, async () => {
      expect(await place(other, true)).toMatchObject([{ reason: 'sold_out', eventId }]);
    });
    expect(await place(slow, false)).toMatchObject([{ reason: 'id_taken', eventId }]);
    expect((await findEvent(other, second))?.capacity.available).toBe(5);
  });
});

test('a refusal whose commit is in doubt is not told: nobody knows whether the id is spent', async () => {
  await using proxy = await startTcpProxy(url);
  const cut = await openDatabase({ url: proxy.url, poolSizeMax: 3, replyTimeoutMs: 1_000 });
  const eventId = await eventOnSale(slow, { total: 1 });
  const attempt = { ...bookBy('ann'), isRepeat: true };
  await whileSoldOut(eventId, async () => {
    proxy.cutNext({ cut: 'before_answer', when: 'holdfast_record_', first: () => proxy.cut() });
    expect(await give(cut, eventId, attempt)).toEqual({ status: 'unknown' });
    expect(answers([await give(other, eventId, attempt)])).toEqual(['sold_out']);
  });
  await cut.close();
});

test('a spent id is no booking to anybody: in no list, in no history, and no second time', async () => {
  const eventId = await eventOnSale(slow, { total: 1 });
  const attempt = { ...bookBy('ann'), isRepeat: true };
  await whileSoldOut(eventId, async () => {
    await give(other, eventId, attempt);
    const { version } = (await findEvent(other, eventId)) ?? {};
    expect(answers([await give(slow, eventId, attempt)])).toEqual(['sold_out']);
    expect((await findEvent(other, eventId))?.version).toBe(version);
  });
  const key = { eventId, bookingId: attempt.bookingId };
  expect(await findBooking(other, key)).toBeNull();
  expect(await findBookingHistory(other, key)).toEqual([]);
  const page = { after: null, limit: 10 };
  expect((await listBookingsOfUser(other, { ...page, userId: 'ann' })).items).toEqual([]);
  for (const more of [{}, { userId: 'ann' }, { status: 'cancelled' as const }]) {
    const { items } = await listBookingsOfEvent(other, { ...page, ...more, eventId });
    expect(items.filter(({ userId }) => userId === 'ann')).toEqual([]);
  }
});

test('many that are refused beside one that is accepted are written together, in one version', async () => {
  const eventId = await eventOnSale(slow, { total: 1 });
  const claims = Array.from({ length: 20 }, (_, index) => ({
    ...bookBy(`user ${index}`),
    isRepeat: true,
  }));
  const told = answers(await commitOne(other, eventId, claims));
  expect(told).toEqual(['confirmed', ...Array(19).fill('sold_out')]);
  expect((await findEvent(other, eventId))?.version).toBe(2);
});
