import { describe, expect, test } from 'vitest';
import {
  type AskedGroup,
  askEarly,
  isSoldOut,
  isSoldOutAsItSeems,
} from '../src/lane/early-refusal.ts';
import type { Look } from '../src/lane/look-before.ts';
import type { Arrival } from '../src/lane/words.ts';
import {
  book,
  cancel,
  createControlled,
  expiredHeard,
  foundAll,
  nothingHeard,
  retried,
  soldOutHeard,
} from './controlled-lanes.ts';

/** What was asked for a group of these, where this process knows of so many free seats. */
async function askFor(
  commands: readonly Arrival[],
  freeSeats: number | null = null,
  look: Look = foundAll,
) {
  const { admission, asked, redis } = createControlled();
  const group = { eventId: 'E', commands, answerNow: () => {} };
  const parts = { admission, freeSeats: () => freeSeats, look };
  return { asked, redis, ask: () => askEarly(parts, group) };
}

describe('Redis is asked', () => {
  test.each([
    ['where nothing is known of the event', [book('a')], null, 1],
    ['where seats are scarce', [book('a')], 19, 1],
    ['where they are scarce for the group together', [book('a', 10), book('b', 10)], 399, 1],
    ['not while seats are plenty', [book('a', 10), book('b', 10)], 400, 0],
    ['not for retries', [retried(book('a'))], 0, 0],
    ['once for many', Array.from({ length: 500 }, (_, index) => book(`${index}`)), 0, 1],
    ['where seats may come back, though they are plenty', [cancel('a')], 1_000, 1],
  ])('%s', async (...[, commands, freeSeats, count]) => {
    const { asked, ask } = await askFor(commands, freeSeats);
    await ask();
    expect(asked).toHaveLength(count);
  });

  test('with one fence a group, and only where it may give seats back', async () => {
    const fenced = await askFor([book('a'), cancel('b'), cancel('c')]);
    const { fence } = await fenced.ask();
    expect(fenced.asked).toEqual([fence]);
    expect(fence).toEqual(expect.any(String));
    const open = await askFor([book('a')]);
    expect(await open.ask()).toMatchObject({ fence: null });
    expect(open.asked).toEqual([null]);
  });

  test.each([
    { type: 'setCapacity', organizerId: 'olga', total: 5 },
    { type: 'close', organizerId: 'olga', as: 'closed' },
    { type: 'open', organizerId: 'olga' },
  ] as const)('with a fence where $type may make the reason another one', async (command) => {
    const { ask } = await askFor([{ command, isFirstAttempt: false }], 1_000);
    expect((await ask()).fence).toEqual(expect.any(String));
  });

  test('in vain while it is away, and its fence may stand all the same', async () => {
    const { redis, ask } = await askFor([cancel('a')]);
    redis.isAway = true;
    expect(await ask()).toMatchObject({ heard: null, fence: expect.any(String) });
  });
});

describe('a command that would give seats back', () => {
  const nothingThere = async () => ({
    bookings: new Map(),
    owners: new Set<string>(),
    organizerId: null,
  });
  const ofAda =
    (isActive: boolean): Look =>
    async () => ({
      ...(await nothingThere()),
      bookings: new Map([['a', { userId: 'ada', isActive }]]),
    });
  const arrival = cancel('a');
  const replacement: Arrival = {
    command: { type: 'reserve', bookingId: 'b', userId: 'ada', quantity: 1, replace: true },
    isFirstAttempt: true,
  };

  test.each([
    ['raises a fence where it is there', arrival, ofAda(true), true, true],
    [
      'raises none where it is not there, and tells Redis if it comes in between',
      arrival,
      nothingThere,
      false,
      true,
    ],
    ['raises none where it has ended, which it stays', arrival, ofAda(false), false, false],
    ['raises none where its user has nothing to replace', replacement, nothingThere, false, false],
    [
      'raises a fence where nobody can look',
      arrival,
      () => Promise.reject(new Error('away')),
      true,
      true,
    ],
    [
      'raises a fence where the look takes too long',
      arrival,
      () => new Promise<never>(() => {}),
      true,
      true,
    ],
  ] as const)('%s', async (...[, command, look, isFenced, mayGive]) => {
    const { asked, ask } = await askFor([command], 1_000, look);
    const { fence, mayGive: givers } = await ask();
    expect(fence !== null).toBe(isFenced);
    expect(asked).toHaveLength(isFenced ? 1 : 0);
    expect(givers.has(command)).toBe(mayGive);
  });

  test("raises none where it is another user's", async () => {
    const ofBob: Look = async () => ({
      ...(await nothingThere()),
      bookings: new Map([['a', { userId: 'bob', isActive: true }]]),
    });
    const { ask } = await askFor([arrival], 1_000, ofBob);
    expect((await ask()).fence).toBeNull();
  });
});

describe('a claim', () => {
  const asked = (heard: AskedGroup['heard']): AskedGroup => ({
    heardFrom: 'redis',
    group: { eventId: 'E', commands: [], answerNow: () => {} },
    heard,
    fence: null,
    mayGive: new Set(),
  });
  const two = { ...soldOutHeard, free: 2 };

  test.each([
    ['is sold out where it wants more than is free', two, book('a', 3), true],
    ['is not where it wants no more', two, book('a', 2), false],
    [
      'is not where it wants more than one may have: PostgreSQL says that',
      two,
      book('a', 11),
      false,
    ],
    ['is where it wants all that one may have', two, book('a', 10), true],
    ['is not when it is sent again', soldOutHeard, retried(book('a')), false],
    ['is not where nothing is known', nothingHeard, book('a'), false],
    ['is not where it was so a second ago', expiredHeard, book('a'), false],
    ['is not where Redis is away', null, book('a'), false],
    ['is not where it is no claim', soldOutHeard, cancel('a'), false],
  ])('%s', (...[, heard, arrival, expected]) => {
    expect(isSoldOut(asked(heard), arrival)).toBe(expected);
  });

  test('seems sold out where it was so a second ago, and only then', () => {
    expect(isSoldOutAsItSeems(asked(expiredHeard), book('a'))).toBe(true);
    expect(isSoldOutAsItSeems(asked(expiredHeard), retried(book('a')))).toBe(false);
    expect(isSoldOutAsItSeems(asked(soldOutHeard), book('a'))).toBe(false);
  });
});
