import { DatabaseUnavailable } from '@holdfast/data';
import { type Refused, refused } from '@holdfast/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApiCommand } from '../src/commit/api-committer.ts';
import { deadlineAfter } from '../src/http/deadline.ts';
import {
  book,
  cancel,
  createControlled,
  givenBack,
  longDeadline,
  noDurationMaxMs,
  noRepeatMs,
  settled,
  standing,
} from './controlled-entrance.ts';

const soldOut: Refused = refused('sold_out');

describe('who asks Redis', () => {
  test('a retry, and what neither takes seats nor gives them back, goes straight to the commit', async () => {
    const { entrance, told, commits } = createControlled();
    const commands: ApiCommand[] = [
      book('a retry'),
      { type: 'confirm', bookingId: 'b', userId: 'ada' },
      { type: 'open', organizerId: 'olga' },
      { type: 'close', organizerId: 'olga', as: 'closed' },
    ];
    for (const command of commands) {
      void entrance.submit('E', { command, isFirstAttempt: false }, longDeadline);
    }
    await settled();
    expect(commits[0]?.ids).toEqual(['a retry', 'b', 'open', 'close']);
    expect(told).toEqual([]);
  });

  test('a no of Redis is repeated without asking it, for 50 ms from the asking', async () => {
    const { submit, redis, told, commits } = createControlled();
    redis.admitted = { verdicts: ['sold_out'], base: 0, noForMs: 40 };
    expect(await submit(book('a'))).toEqual(soldOut);
    expect(await submit(book('b'))).toEqual(soldOut);
    expect(told).toEqual([['admit', ['a']]]);
    await vi.waitFor(async () => {
      await submit(book('c'));
      expect(told).toHaveLength(2);
    });
    expect(commits).toEqual([]);
  });
});

describe('a lease is over when its command is', () => {
  test('committed: with the standing, and with the time of Redis from before the commit', async () => {
    const { submit, redis, settlements, commits, lanes } = createControlled();
    const booked = submit(book('a'));
    await settled();
    redis.admitted = { asOfMs: 9_000 };
    void submit(book('b'));
    await settled();
    commits[0]?.end([soldOut], standing);
    expect(await booked).toEqual(soldOut);
    await settled();
    expect(settlements[0]).toEqual({
      standing,
      asOfMs: 1_000,
      leases: [{ leaseId: 'a', quantity: 1 }],
    });
    commits[1]?.end([soldOut], standing);
    await settled();
    expect(settlements[1]?.asOfMs).toBe(9_000);
    expect(lanes.eventCount).toBe(0);
  });

  test('too many for one call of Redis: in several', async () => {
    const { submit, told, commits } = createControlled(2);
    void submit(book('first'));
    await settled();
    for (const id of ['a', 'b', 'c']) void submit(book(id));
    await settled();
    commits[0]?.end([soldOut], standing);
    await settled();
    commits[1]?.end([soldOut, soldOut, soldOut], standing);
    await settled();
    expect(told.filter(([call]) => call === 'settle').slice(1)).toEqual([
      ['settle', ['a', 'b']],
      ['settle', ['c']],
    ]);
  });

  test('not committed, because the database is away: released', async () => {
    const { submit, told, commits, lanes } = createControlled();
    const end = submit(book('a'));
    await settled();
    commits[0]?.fail(new DatabaseUnavailable(new Error('away')));
    await expect(end).rejects.toThrow(DatabaseUnavailable);
    await settled();
    expect(told.at(-1)).toEqual(['release', ['a']]);
    expect(lanes.eventCount).toBe(0);
  });

  test('refused by a full queue, or late: released', async () => {
    const { submit, told, commits, lanes } = createControlled();
    const inFlight = submit(book('in flight'));
    await settled();
    const waiting = ['a', 'b', 'c', 'd'].map((id) => submit(book(id), deadlineAfter(30)));
    await settled();
    await expect(submit(book('too many'))).rejects.toMatchObject({ code: 'overloaded' });
    await settled();
    expect(told.at(-1)).toEqual(['release', ['too many']]);
    await Promise.allSettled(waiting);
    await settled();
    const released = told.filter(([call]) => call === 'release').flatMap(([, ids]) => ids);
    expect(released).toEqual(['too many', 'a', 'b', 'c', 'd']);
    commits[0]?.end([soldOut], standing);
    await inFlight;
    await settled();
    expect(lanes.eventCount).toBe(0);
  });

  test('in a group that one command spoils: each with its own commit', async () => {
    const { submit, told, commits } = createControlled();
    void submit(book('first'));
    await settled();
    const ends = Promise.allSettled([submit(book('poison')), submit(book('good'))]);
    await settled();
    commits[0]?.end([soldOut], standing);
    await settled();
    const before = told.length;
    commits[1]?.fail(new Error('poison'));
    await settled();
    expect(told).toHaveLength(before);
    commits[2]?.fail(new Error('poison'));
    await settled();
    expect(told.at(-1)).toEqual(['release', ['poison']]);
    commits[3]?.end([soldOut], standing);
    await settled();
    expect(told.at(-1)).toEqual(['settle', ['good']]);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  test('in doubt: released, but a fence stays, since its seats may come back yet', async () => {
    const { submit, told, commits, lanes } = createControlled();
    void submit(book('first'));
    await settled();
    void submit(book('a'));
    void submit(cancel('b'));
    await settled();
    commits[0]?.end([soldOut], standing);
    await settled();
    commits[1]?.end([{ status: 'unknown' }, { status: 'unknown' }], null);
    await settled();
    expect(told.at(-1)).toEqual(['release', ['a']]);
    expect(lanes.eventCount).toBe(0);
  });
});

describe('a fence', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('is renewed for as long as its commit is out, and then dropped', async () => {
    const { submit, told, commits } = createControlled();
    const cancelled = submit(cancel('b'));
    await settled();
    vi.advanceTimersByTime(4_600);
    await settled();
    const fences = told.map(([, ids]) => ids[0]);
    expect(told.map(([call]) => call)).toEqual(['admit', 'admit', 'admit', 'admit']);
    expect(new Set(fences).size).toBe(1);
    commits[0]?.end([refused('booking_not_found')], standing);
    await cancelled;
    await settled();
    expect(told.at(-1)).toEqual(['settle', [fences[0]]]);
    vi.advanceTimersByTime(10_000);
    await settled();
    expect(told).toHaveLength(5);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a fence's commit waits until nobody repeats a no any more", async () => {
  const { submit, redis, commits } = createControlled();
  redis.admitted = { waitMs: 30 };
  const startedAt = performance.now();
  void submit(cancel('b'));
  await vi.waitFor(() => expect(commits).toHaveLength(1));
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(30);
});

describe('who gave seats back is answered', () => {
  /** Commits a cancel, and answers how long its caller then waits. */
  async function waitOf(trouble: 'none' | 'lost' | 'silent', outcome = givenBack) {
    const { submit, redis, commits } = createControlled();
    redis.lostFenceCount = trouble === 'lost' ? 1 : 0;
    redis.isSilent = trouble === 'silent';
    const answer = submit(cancel('b'));
    await settled();
    const committedAt = performance.now();
    commits[0]?.end([outcome], standing);
    const isAtOnce = await Promise.race([answer.then(() => true), settled().then(() => false)]);
    await answer;
    return isAtOnce ? 0 : performance.now() - committedAt;
  }

  test('at once, where its fence stood until Redis knew of it', async () => {
    expect(await waitOf('none')).toBe(0);
  });

  test('when nobody repeats a no any more, where its fence was lost', async () => {
    expect(await waitOf('lost')).toBeGreaterThanOrEqual(noRepeatMs);
  });

  test('when every no has run out, where Redis could not be told', async () => {
    expect(await waitOf('silent')).toBeGreaterThanOrEqual(noDurationMaxMs - 10);
  });

  test('as if its fence was lost, where one of its group may never have stood', async () => {
    const { submit, redis, commits } = createControlled();
    void submit(book('first'));
    await settled();
    const fenced = submit(cancel('a'));
    await settled();
    redis.isAway = true;
    const unfenced = submit(cancel('b'));
    await settled();
    redis.isAway = false;
    // Redis knew of one of the two, and nobody can tell which.
    redis.lostFenceCount = 1;
    commits[0]?.end([soldOut], standing);
    await settled();
    expect(commits[1]?.ids).toEqual(['a', 'b']);
    const committedAt = performance.now();
    commits[1]?.end([givenBack, givenBack], standing);
    await fenced;
    expect(performance.now() - committedAt).toBeGreaterThanOrEqual(noRepeatMs);
    await unfenced;
  });

  test('at once, where it gave none back', async () => {
    expect(await waitOf('lost', refused('booking_not_found'))).toBe(0);
  });
});

test('idle waits for what Redis is still to be told', async () => {
  const { entrance, submit, told, commits } = createControlled();
  void submit(book('a'));
  await settled();
  const idle = entrance.idle();
  commits[0]?.end([soldOut], standing);
  await idle;
  expect(told.at(-1)).toEqual(['settle', ['a']]);
});
