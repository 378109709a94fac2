import {
  audit,
  type BookingOutcome,
  type Database,
  findEvent,
  openDatabase,
  readFeed,
} from '@holdfast/data';
import type { BookingCommand, Command } from '@holdfast/domain';
import { randomFrom, startTcpProxy } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Decided } from '../src/commit/group.ts';
import {
  answers,
  commitAs,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  openFresh,
  reserveBy,
  waitingCount,
} from './fixture.ts';
import { decideBlindly, tryRecord } from './race.ts';
import { statementsOf } from './statements-of.ts';

/** This process, which has several commits of one event under way, and another one. */
let here: Database;
let elsewhere: Database;
let url: string;
beforeEach(async () => {
  const options = { poolSizeMax: 10, readCountMax: 4 };
  const fresh = await openFresh(options);
  ({ database: here, url } = fresh);
  elsewhere = await openDatabase({ url, ...options });
});
afterEach(async () => {
  await Promise.all([here.close(), elsewhere.close()]);
});

async function giveGroup(
  from: Database,
  eventId: string,
  commands: readonly BookingCommand[],
): Promise<readonly BookingOutcome[]> {
  const [end] = commitAs(from, [{ eventId, commands, isFirstAttempt: true }]);
  if (end === undefined) throw new Error('One group has one end.');
  return (await end).outcomes;
}

const reserves = (...users: readonly string[]) => users.map((user) => reserveBy(user));

/** What begins in `work` waits for the event's row, as many statements as are said, and then goes on. */
async function atOneRow<T>(eventId: string, count: number, work: () => Promise<T>): Promise<T> {
  const lock = await elsewhere.pool.connect();
  try {
    await lock.query('begin');
    await lock.query('select from events where id = $1 for update', [eventId]);
    const end = work();
    await expect.poll(() => waitingCount(here)).toBe(count);
    await lock.query('rollback');
    return await end;
  } finally {
    lock.release();
  }
}

/** Groups that are decided upon the same version, and wait for the same row. */
async function giveTogether(eventId: string, groups: readonly (readonly BookingCommand[])[]) {
  const ends = await atOneRow(eventId, groups.length, () =>
    Promise.all(groups.map((group) => giveGroup(here, eventId, group))),
  );
  return ends.map(answers);
}

describe('two groups of one event, decided upon the same version', () => {
  test('are both written without reading, each as a version of its own', async () => {
    const eventId = await eventOnSale(here);
    const groups = [reserves('ann', 'bob'), reserves('eve')];
    const both = async () => {
      expect(await giveTogether(eventId, groups)).toEqual([['held', 'held'], ['held']]);
    };
    expect(await statementsOf(here, both)).toEqual(Array(2).fill('record_claims_of_one'));
    const feed = await readFeed(here, { eventId, afterVersion: 1, limit: 10 });
    expect(feed.map(({ version }) => version)).toEqual([2, 3]);
    expect(knownTo(here).find(eventId)?.event).toMatchObject({
      version: 3,
      capacity: { available: 7, held: 3 },
    });
    await expectSound(here);
  });

  test('that want more than there is, sell all of it, and who goes without is really too late', async () => {
    const eventId = await eventOnSale(here, { total: 5 });
    const groups = [reserves('ann', 'bob', 'cyd'), reserves('dan', 'eve', 'fay')];
    const told = await giveTogether(eventId, groups);
    expect(told.flat().toSorted()).toEqual([...Array(5).fill('held'), 'sold_out']);
    expect((await findEvent(here, eventId))?.capacity).toMatchObject({ available: 0, held: 5 });
    await expectSound(here);
  });

  test('do not fail for each other: of one, somebody has a booking there already', async () => {
    const eventId = await eventOnSale(here);
    await give(elsewhere, eventId, reserveBy('ann'));
    const first = ['bookings_over_limit', 'held'];
    const groups = [reserves('ann', 'bob'), reserves('eve')];
    expect(await giveTogether(eventId, groups)).toEqual([first, ['held']]);
    await expectSound(here);
  });

  test('in both of which is the same user, give one booking', async () => {
    const eventId = await eventOnSale(here);
    const told = await giveTogether(eventId, [reserves('ann', 'bob'), reserves('ann', 'eve')]);
    expect(told.flat().toSorted()).toEqual(['bookings_over_limit', 'held', 'held', 'held']);
    await expectSound(here);
  });

  test('in both of which is the same command, give one effect and one answer', async () => {
    const eventId = await eventOnSale(here);
    const ofAnn = reserveBy('ann');
    expect(await giveTogether(eventId, [[ofAnn], [ofAnn]])).toEqual([['held'], ['held']]);
    expect((await findEvent(here, eventId))?.capacity).toMatchObject({ held: 1 });
    await expectSound(here);
  });

  test('of which the organizer closes the sale in between, sell no more than one of them', async () => {
    const eventId = await eventOnSale(here);
    const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
    const closing = () =>
      Promise.all(commitAs<Command>(here, [{ eventId, commands: [close], isFirstAttempt: false }]));
    const [first, [closed], second] = await atOneRow(eventId, 3, async () => {
      const ends = [giveGroup(here, eventId, reserves('ann'))];
      await expect.poll(() => waitingCount(here)).toBe(1);
      const end = closing();
      await expect.poll(() => waitingCount(here)).toBe(2);
      ends.push(giveGroup(here, eventId, reserves('bob')));
      return await Promise.all([ends[0], end, ends[1]]);
    });
    expect(closed?.outcomes).toMatchObject([{ status: 'accepted' }]);
    expect(answers(first ?? [])).toEqual(['held']);
    // In time, or refused for what is so: it was sent before the close was answered.
    expect(['held', 'event_closed']).toContain(answers(second ?? [])[0]);
    expect(answers(await giveGroup(here, eventId, reserves('eve')))).toEqual(['event_closed']);
    await expectSound(here);
  });
});

describe('a first group of which nobody knows whether it was written', () => {
  const when = 'holdfast_record_claims';

  /** The same commands once more, as clients that heard `unknown` send them. */
  async function giveOneByOne(eventId: string, groups: readonly (readonly BookingCommand[])[]) {
    const settled: string[] = [];
    for (const group of groups) settled.push(...answers(await giveGroup(here, eventId, group)));
    return settled.toSorted();
  }

  /** Five seats. The first group takes three, and its wire is cut; the second wants three, and its wire is whole. */
  async function cutFirst(cut: 'before_answer' | 'before_request') {
    await using proxy = await startTcpProxy(url);
    const cuttable = await openDatabase({ url: proxy.url, poolSizeMax: 10, replyTimeoutMs: 3_000 });
    try {
      const eventId = await eventOnSale(cuttable, { total: 5 });
      // Both connections are there, so that the first plan meets the first statement.
      await Promise.all([1, 2].map(() => cuttable.commitPool.query('select pg_sleep(0.05)')));
      proxy.cutNext({ cut, when });
      const groups = [reserves('ann', 'bob', 'cyd'), reserves('dan', 'eve', 'fay')];
      const told = await Promise.all(groups.map((group) => giveGroup(cuttable, eventId, group)));
      expect(proxy.cutCount).toBe(1);
      const settled = await giveOneByOne(eventId, groups);
      return { told: told.map(answers).flat().toSorted(), settled };
    } finally {
      await cuttable.close();
    }
  }

  test.each(['before_answer', 'before_request'] as const)(
    'cut %s, sells all there is, and refuses nobody who may have been sold to',
    async (cut) => {
      const { told, settled } = await cutFirst(cut);
      expect(told.slice(0, 5)).toEqual(Array(5).fill('held'));
      // `unknown` where the second was faster, and the first might yet be written by a slow server.
      expect(['sold_out', 'unknown']).toContain(told[5]);
      expect(settled).toEqual([...Array(5).fill('held'), 'sold_out']);
      await expectSound(here);
    },
  );

  test('is unknown where nobody can find out, and so is the second; the same ids settle both', async () => {
    await using proxy = await startTcpProxy(url);
    const cuttable = await openDatabase({ url: proxy.url, poolSizeMax: 10, replyTimeoutMs: 1_000 });
    try {
      const eventId = await eventOnSale(cuttable, { total: 5 });
      await Promise.all([1, 2].map(() => cuttable.commitPool.query('select pg_sleep(0.05)')));
      proxy.cutNext({ cut: 'before_answer', when, first: () => proxy.cut() });
      const groups = [reserves('ann', 'bob', 'cyd'), reserves('dan', 'eve', 'fay')];
      const told = await Promise.all(groups.map((group) => giveGroup(cuttable, eventId, group)));
      expect(told.map(answers)).toContainEqual(Array(3).fill('unknown'));
      expect(knownTo(cuttable).find(eventId)).toBeNull();
      proxy.restore();
      expect(await giveOneByOne(eventId, groups)).toEqual([...Array(5).fill('held'), 'sold_out']);
      await expectSound(here);
    } finally {
      await cuttable.close();
    }
  });
});

describe('two processes with two groups each under way', () => {
  test('sell all there is and no more, while holds end and organizers change the capacity', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = randomFrom(seed);
    const total = 400;
    const eventId = await eventOnSale(here, { total });
    let [userCount, heldCount, soldOutCount] = [0, 0, 0];
    const newReserve = () => {
      userCount += 1;
      const quantity = 1 + Math.floor(random() * 3);
      return reserveBy(`user-${userCount}`, { quantity });
    };
    const sell = async (from: Database) => {
      for (let group = 0; group < 400 && soldOutCount < 40; group += 1) {
        const commands = Array.from({ length: 1 + Math.floor(random() * 6) }, newReserve);
        const told = answers(await giveGroup(from, eventId, commands));
        for (const [index, answer] of told.entries()) {
          if (answer === 'held') heldCount += commands[index]?.quantity ?? 0;
          else if (answer === 'sold_out') soldOutCount += 1;
          else throw new Error(`Nobody is told ${answer} here.`);
        }
      }
    };
    const grow = async () => {
      for (let more = 1; more <= 10; more += 1) {
        const setCapacity = { type: 'setCapacity', organizerId: 'organizer', total: total + more };
        const commands = [setCapacity as Command];
        await Promise.all(commitAs(elsewhere, [{ eventId, commands, isFirstAttempt: false }]));
      }
    };
    await Promise.all([...[here, here, elsewhere, elsewhere].map(sell), grow()]);
    const capacity = (await findEvent(here, eventId))?.capacity;
    expect(capacity, `seed ${seed}`).toMatchObject({ total: total + 10, held: heldCount });
    expect(soldOutCount, `seed ${seed}`).toBeGreaterThan(0);
    await expectSound(here);
  });
});

describe('the seats guard of two groups under way', () => {
  /** Two that take three of five seats each, decided upon the same version and waiting for the same row. */
  async function recordBoth(change: (decided: Decided) => Decided) {
    const eventId = await eventOnSale(here, { total: 5 });
    const both = [reserves('ann', 'bob', 'cyd'), reserves('dan', 'eve', 'fay')].map((commands) =>
      change(decideBlindly(knownTo(here), eventId, commands)),
    );
    return await atOneRow(eventId, 2, () =>
      Promise.all(both.map((decided) => tryRecord(here, decided))),
    );
  }

  const unguarded = (decided: Decided): Decided => {
    const reliance = { ...decided.group.reliance, seatsAvailableMin: 0 };
    return { ...decided, group: { ...decided.group, reliance } };
  };

  test('stops the second, though it was sent before the first had ended', async () => {
    const written = await recordBoth((decided) => decided);
    expect(written).toContainEqual({ lost: true });
    expect(written).toContainEqual(expect.objectContaining({ available: 2 }));
    await expectSound(here);
  });

  test('taken out together with the CHECK constraint, oversells, and the audit finds it', async () => {
    await here.pool.query('alter table events drop constraint check_seats_positive');
    expect(await recordBoth(unguarded)).toContainEqual(expect.objectContaining({ available: -1 }));
    const { invariants } = await audit(here, { eventId: null });
    const broken = invariants.filter(({ violations }) => violations.length > 0);
    expect(broken.map(({ id }) => id)).toEqual(['I1']);
  });
});
