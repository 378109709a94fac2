import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, providedServices, startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  answersOfRedis,
  cancel,
  claim,
  openTestEngine,
  openWorkingEngine,
  sellEvent,
  soldOut,
  type TestEngine,
  untilRedisAnswers,
} from './engine-for-test.ts';

const prefix = freshPrefix();
const confirmed = { status: 'accepted', booking: { status: 'confirmed' } };

let network: TcpProxy;
let near: TestEngine;
let far: TestEngine;

beforeAll(async () => {
  const databaseUrl = await freshTables();
  const { redisUrl } = providedServices();
  network = await startTcpProxy(redisUrl);
  near = await openWorkingEngine({ databaseUrl, redisUrl: network.url, prefix });
  far = await openWorkingEngine({ databaseUrl, redisUrl, prefix });
});

beforeEach(() => untilRedisAnswers(near));

afterEach(async () => {
  network.restore();
  await untilUp();
});

afterAll(async () => {
  await Promise.all([near.close(), far.close()]);
  await network[Symbol.asyncDispose]();
});

const isUp = () => near.metric('holdfast_admission_up');
const untilUp = () => expect.poll(isUp).toBe(1);
const untilDown = () => expect.poll(isUp).toBe(0);

const committedGroups = () => near.metric('holdfast_commits_total', { result: 'committed' });

/** Finds out that Redis is away, as callers do. */
async function loseRedis(trouble: 'cut' | 'freeze'): Promise<void> {
  network[trouble]();
  const eventId = await sellEvent(far.database, 10);
  for (let index = 0; index < 3; index += 1) await claim(near, eventId);
  await untilDown();
}

const smallEventCount = 600;
const smallSeatCount = 19;

/** Events that have so few seats that Redis is asked about every claim, each in turn. */
async function manySmallEvents(): Promise<() => string> {
  const eventIds: string[] = [];
  // Not all at once: the last of them would wait for a connection for too long on a busy machine.
  while (eventIds.length < smallEventCount) {
    const selling = Array.from({ length: 20 }, () => sellEvent(far.database, smallSeatCount));
    eventIds.push(...(await Promise.all(selling)));
  }
  let claimCount = 0;
  return () => {
    claimCount += 1;
    const eventId = eventIds[claimCount % smallEventCount];
    if (eventId === undefined || claimCount > smallEventCount * smallSeatCount) {
      throw new Error('The test has claimed every seat that it had.');
    }
    return eventId;
  };
}

describe.each(['cut', 'freeze'] as const)('a Redis that is lost in mid-load (%s)', (trouble) => {
  test('costs nobody the booking, and is asked again by itself when it is back', async () => {
    const nextEvent = await manySmallEvents();
    const answers = new Set<string>();
    const stopping = new AbortController();
    const buyers = Array.from({ length: 20 }, async () => {
      while (!stopping.signal.aborted) answers.add((await claim(near, nextEvent())).status);
    });
    try {
      await pause(200);
      network[trouble]();
      await untilDown();
      const groupCount = await committedGroups();
      await expect.poll(committedGroups).toBeGreaterThan(groupCount + 10);
      network.restore();
      await untilUp();
    } finally {
      stopping.abort();
      await Promise.all(buyers);
    }
    expect([...answers]).toEqual(['accepted']);
  });

  test('is said in two lines of the log, however many callers meet it', async () => {
    const before = near.lines.length;
    await loseRedis(trouble);
    network.restore();
    await untilUp();
    const said = near.lines
      .slice(before)
      .map((line): string => JSON.parse(line).msg)
      .filter((message) => message.startsWith('Admission'));
    expect(said).toEqual([
      'Admission (Redis) fails; it is tried again and again',
      'Admission (Redis) works again',
    ]);
  });

  test('lets a seat that was given back be there for others, by the time of the answer', async () => {
    const eventId = await sellEvent(far.database, 1);
    const bookingId = randomUUID();
    await claim(far, eventId, { bookingId });
    await far.lanes.idle();
    await loseRedis(trouble);
    expect(await claim(far, eventId)).toEqual(soldOut);
    expect(await cancel(near, eventId, { bookingId })).toMatchObject({ status: 'accepted' });
    expect(await claim(far, eventId)).toMatchObject(confirmed);
  });
});

/** An event with one seat less than so many, of which Redis knows. */
async function warmEvent(total: number): Promise<string> {
  const eventId = await sellEvent(far.database, total);
  await claim(far, eventId);
  await far.lanes.idle();
  return eventId;
}

describe('a script whose connection is cut', () => {
  /** The next request with this script's name or digest in it goes wrong. */
  const cutNext = (cut: 'before_answer' | 'before_request') =>
    network.cutNext({ cut, when: 'evalsha' });

  test.each(['before_answer', 'before_request'] as const)(
    'while it asks, %s, costs nobody the booking',
    async (cut) => {
      const eventId = await warmEvent(10);
      const { cutCount } = network;
      cutNext(cut);
      expect(await claim(near, eventId)).toMatchObject(confirmed);
      expect(network.cutCount).toBe(cutCount + 1);
    },
  );

  test.each(['before_answer', 'before_request'] as const)(
    'while it tells of a commit, %s, sells no seat twice, and keeps none from anybody',
    async (cut) => {
      const eventId = await warmEvent(2);
      const { cutCount } = network;
      const asked = await answersOfRedis(near);
      const client = await far.database.pool.connect();
      await client.query('begin');
      await client.query('select from events where id = $1 for update', [eventId]);
      const bookingId = randomUUID();
      const booked = claim(near, eventId, { bookingId });
      // Asked, and its commit waits for the row.
      await expect.poll(() => answersOfRedis(near)).toBe(asked + 1);
      cutNext(cut);
      await client.query('rollback');
      client.release();
      expect(await booked).toMatchObject(confirmed);
      await near.lanes.idle();
      expect(network.cutCount).toBe(cutCount + 1);
      expect(await claim(far, eventId)).toEqual(soldOut);
      expect(await cancel(far, eventId, { bookingId })).toMatchObject({ status: 'accepted' });
      expect(await claim(far, eventId)).toMatchObject(confirmed);
    },
  );
});

test('a process starts without Redis, and asks it as soon as it is there', async () => {
  await using absent = await startTcpProxy(providedServices().redisUrl);
  absent.cut();
  const databaseUrl = await freshTables();
  const late = await openTestEngine({ databaseUrl, redisUrl: absent.url, prefix: freshPrefix() });
  expect(await late.metric('holdfast_admission_up')).toBe(0);
  const eventId = await sellEvent(late.database, 1);
  expect(await claim(late, eventId)).toMatchObject(confirmed);
  absent.restore();
  const claimUntilAsked = async () => {
    expect(await claim(late, eventId)).toEqual(soldOut);
    return await answersOfRedis(late);
  };
  await expect.poll(claimUntilAsked).toBeGreaterThan(0);
  expect(await late.metric('holdfast_admission_up')).toBe(1);
  await late.close();
});
