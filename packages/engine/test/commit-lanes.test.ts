import { admissionLimits } from '@holdfast/redis';
import { describe, expect, test } from 'vitest';
import { commitLanes } from '../src/lane/commit-lanes.ts';
import { createGroupCommitter } from '../src/lane/group-committer.ts';
import type { Arrival, GivenOutcome } from '../src/lane/words.ts';
import { longDeadline } from './controlled-committer.ts';
import {
  book,
  bookingOf,
  cancel,
  createControlled,
  expiredHeard,
  nothingHeard,
  retried,
  soldOut,
  soldOutHeard,
  standing,
  turns,
} from './controlled-lanes.ts';

const accepted = (id: string) => ({ status: 'accepted', booking: bookingOf(id) });
const claims = (count: number) => Array.from({ length: count }, (_, index) => book(`${index}`));
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

describe('who is sold out', () => {
  test('is told at once, though the commit of the others hangs', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [soldOutHeard];
    const { now, end } = submit([book('a'), retried(book('b')), book('c')]);
    await turns();
    expect([...now]).toEqual([
      ['a', soldOut],
      ['c', soldOut],
    ]);
    expect(commits.map(({ ids }) => ids)).toEqual([['b']]);
    commits[0]?.end();
    expect((await end)[1]).toEqual(accepted('b'));
  });

  test('costs PostgreSQL nothing where nobody else is there', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [soldOutHeard];
    const { now, end } = submit(claims(100));
    expect(await end).toHaveLength(100);
    expect(now.size).toBe(100);
    expect(commits).toEqual([]);
  });

  test('is not told so before PostgreSQL has said what they have, if they have got seats here', async () => {
    const { redis, commits, submit } = createControlled();
    const { end: first } = submit([book('a', 1, 'bob')]);
    await turns();
    commits[0]?.end();
    expect(await first).toHaveLength(1);
    redis.heard = [soldOutHeard];
    const { now, end } = submit([book('b', 1, 'bob'), book('c')]);
    await turns();
    expect([...now]).toEqual([['c', soldOut]]);
    expect(commits[1]?.ids).toEqual(['b']);
    commits[1]?.end('refused');
    expect(await end).toHaveLength(2);
  });

  test('is not told so by what another event heard', async () => {
    const { parts, redis, commits } = createControlled();
    redis.heard = [soldOutHeard, nothingHeard];
    const told: string[] = [];
    const groups = ['E', 'F'].map((eventId) => ({
      eventId,
      commands: [book(eventId)],
      answerNow: () => void told.push(eventId),
    }));
    const ends = commitLanes(parts, groups);
    await turns();
    expect(told).toEqual(['E']);
    expect(commits.map(({ ids }) => ids)).toEqual([['F']]);
    commits[0]?.end();
    expect(await Promise.all(ends)).toMatchObject([[soldOut], [accepted('F')]]);
  });
});

test('a group is of first attempts where all that go to PostgreSQL are', async () => {
  const { commits, submit } = createControlled();
  void submit(claims(2)).end;
  void submit([...claims(2), retried(book('c'))]).end;
  await turns();
  expect(commits.map(({ isFirstAttempt }) => isFirstAttempt)).toEqual([true, false]);
});

describe('without Redis', () => {
  test('nothing is asked, told or waited for', async () => {
    const { parts, asked, settled, commits, submit } = createControlled();
    const { end } = submit([book('a'), cancel('b')], { ...parts, redis: null });
    expect(commits).toHaveLength(1);
    commits[0]?.end();
    expect(await end).toEqual([accepted('a'), accepted('b')]);
    expect([asked, settled]).toEqual([[], []]);
  });
});

describe('a group that seems sold out', () => {
  test('has eight of it look, and the others are refused by what they found', async () => {
    const { redis, asked, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    const { now, end } = submit(claims(100));
    await turns();
    expect(commits.map(({ ids }) => ids)).toEqual([idsOf(8)]);
    expect([asked.length, now.size]).toEqual([1, 0]);
    commits[0]?.end('refused');
    await turns();
    expect(commits).toHaveLength(1);
    expect([asked.length, now.size]).toEqual([1, 100]);
    expect(await end).toEqual(Array(100).fill(soldOut));
  });

  test('has the others committed where the eight found seats, each with its own answer', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    const { end } = submit(claims(20));
    await turns();
    commits[0]?.end('accepted', { ...standing, availableSeats: 12 });
    await turns();
    expect(commits[1]?.ids).toEqual(idsOf(20).slice(8));
    commits[1]?.end();
    expect(await end).toEqual(idsOf(20).map(accepted));
  });

  test('tells the eight what was written of them, though the others then fail', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    const { now, end } = submit(claims(20));
    await turns();
    commits[0]?.end('accepted', { ...standing, availableSeats: 12 });
    await turns();
    commits[1]?.fail(new Error('away'));
    await expect(end).rejects.toThrow('away');
    expect([...now.values()]).toEqual(idsOf(8).map(accepted));
  });

  test('looks once, though what was found runs out at once, as that of a closed event does', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    const { end } = submit(claims(100));
    await turns();
    commits[0]?.end('refused', { ...standing, refusableForMs: 0 });
    await turns();
    expect(commits.map(({ ids }) => ids.length)).toEqual([8, 92]);
    commits[1]?.end('refused');
    expect(await end).toHaveLength(100);
  });

  test('has the others committed where nobody can tell what the eight found', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    void submit(claims(100)).end;
    await turns();
    commits[0]?.end('refused', null);
    await turns();
    expect(commits.map(({ ids }) => ids.length)).toEqual([8, 92]);
  });

  test('fails as a whole where the eight fail', async () => {
    const { redis, commits, submit } = createControlled();
    redis.heard = [expiredHeard];
    const { end } = submit(claims(20));
    await turns();
    commits[0]?.fail(new Error('away'));
    await expect(end).rejects.toThrow('away');
    expect(commits).toHaveLength(1);
  });
});

/** Is the answer there now? */
async function isAnswered(answer: unknown): Promise<boolean> {
  const none = Symbol('none');
  const first = await Promise.race([Promise.resolve(answer), turns().then(() => none)]);
  return first !== none;
}

describe('who gave seats back', () => {
  test('hears of it when Redis knows, and the others before', async () => {
    const { redis, settled, commits, submit } = createControlled();
    const known = Promise.withResolvers<{ drift: number }>();
    redis.settle = () => known.promise;
    const { end } = submit([book('a'), cancel('b')]);
    await turns();
    commits[0]?.end();
    const [booked, cancelled] = await end;
    expect([await isAnswered(booked), await isAnswered(cancelled)]).toEqual([true, false]);
    expect(settled).toHaveLength(1);
    known.resolve({ drift: 0 });
    expect(await cancelled).toEqual(accepted('b'));
  });

  test('hears of a refusal at once', async () => {
    const { redis, commits, submit } = createControlled();
    redis.settle = () => new Promise(() => {});
    const { end } = submit([cancel('b')]);
    await turns();
    commits[0]?.end('refused');
    expect(await isAnswered((await end)[0])).toBe(true);
  });

  const troubles: [string, (controlled: ReturnType<typeof createControlled>) => void][] = [
    [
      'does not answer what it was told',
      ({ redis }) => (redis.settle = () => Promise.reject(new Error('cut'))),
    ],
    ['was away when it was asked', ({ redis }) => (redis.isAway = true)],
  ];

  test.each(troubles)('hears after a second where Redis %s', async (_, trouble) => {
    const controlled = createControlled();
    trouble(controlled);
    const { end } = controlled.submit([cancel('b')]);
    await turns();
    controlled.commits[0]?.end();
    const [cancelled] = await end;
    const from = performance.now();
    expect(await cancelled).toEqual(accepted('b'));
    expect(performance.now() - from).toBeGreaterThan(admissionLimits.refusalDurationMaxMs - 10);
  });
});

describe('a fence', () => {
  test('is raised for a part that may be given back', async () => {
    const { asked, commits, submit } = createControlled();
    const command = { type: 'changeQuantity', bookingId: 'b', userId: 'ada', quantity: 1 } as const;
    const { end } = submit([{ command, isFirstAttempt: false }]);
    await turns();
    commits[0]?.end();
    await turns();
    expect(asked).toEqual([expect.any(String)]);
    await expect(end).resolves.toHaveLength(1);
  });

  test('is lowered by what the commit saw', async () => {
    const { asked, settled, commits, submit } = createControlled();
    const { end } = submit([cancel('b')]);
    await turns();
    commits[0]?.end();
    expect(await (await end)[0]).toEqual(accepted('b'));
    expect(settled).toEqual(asked);
    expect(asked).toEqual([expect.any(String)]);
  });

  test.each(['doubt', 'failure'] as const)('stays after a %s', async (trouble) => {
    const { settled, commits, submit } = createControlled();
    const { end } = submit([cancel('b')]);
    await turns();
    if (trouble === 'doubt') commits[0]?.end('accepted', null);
    else commits[0]?.fail(new Error('cut'));
    await Promise.allSettled([end]);
    await turns();
    expect(settled).toEqual([]);
  });
});

describe('a group that fails as a whole', () => {
  test('is tried one by one, and nobody who was told before is tried again', async () => {
    const { parts, redis, commits } = createControlled();
    redis.heard = [soldOutHeard, nothingHeard];
    const committer = createGroupCommitter<Arrival, GivenOutcome>({
      groupSizeMax: 10,
      queueLengthMax: 10,
      eventCountMax: 1,
      commitCountMax: 1,
      commitEventCountMax: 1,
      furtherGroupSizeMin: () => Infinity,
      retryAfterMs: 1,
      failsWholeGroup: () => false,
      callerOf: () => 'ada',
      onGroup: () => {},
      commit: (groups) => commitLanes(parts, groups),
    });
    const arrivals = [book('told'), retried(book('a')), retried(book('poison'))];
    const ends = arrivals.map((arrival) => committer.submit('E', arrival, longDeadline));
    const all = Promise.allSettled(ends);
    await turns();
    expect(await ends[0]).toEqual(soldOut);
    commits[0]?.fail(new Error('poison'));
    await turns();
    commits[1]?.end();
    await turns();
    commits[2]?.fail(new Error('poison'));
    expect(await all).toMatchObject([
      { value: soldOut },
      { value: accepted('a') },
      { reason: new Error('poison') },
    ]);
    expect(commits.map(({ ids }) => ids)).toEqual([['a', 'poison'], ['a'], ['poison']]);
  });
});
