import { randomUUID } from 'node:crypto';
import { audit, findEvent } from '@holdfast/data';
import type { Policy } from '@holdfast/domain';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, randomFrom } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settled } from './controlled-committer.ts';
import {
  cancel,
  claim,
  openTestEngine,
  sellEvent,
  setCapacity,
  type TestEngine,
} from './engine-for-test.ts';

let databaseUrl: string;
/** A second group begins in it whatever waits. */
let engine: TestEngine;
/** Another process like it. */
let other: TestEngine;
/** As by default: too few wait here for a second group. */
let patient: TestEngine;

beforeAll(async () => {
  databaseUrl = await freshTables();
  const open = (limits = {}) =>
    openTestEngine({ databaseUrl, redisUrl: null, prefix: freshPrefix(), limits });
  const eager = { furtherGroupSizeMin: 1 };
  [engine, other, patient] = await Promise.all([open(eager), open(eager), open()]);
});
afterAll(async () => {
  await Promise.all([engine.close(), other.close(), patient.close()]);
});

/** An event that this process has committed to, so that it knows it. */
async function knownEvent(seller: TestEngine, total: number, policy: Partial<Policy> = {}) {
  const eventId = await sellEvent(seller.database, total, policy);
  await claim(seller, eventId);
  return eventId;
}

async function expectSound(eventId: string): Promise<void> {
  const { invariants } = await audit(engine.database, { eventId });
  expect(invariants.filter(({ violations }) => violations.length > 0)).toEqual([]);
}

async function waitingCount(): Promise<number> {
  const { rows } = await engine.database.pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}

/** Groups that this process has begun to commit, of all events. */
function groupCount(seller: TestEngine): Promise<number> {
  return seller.metric('holdfast_commit_group_size', { le: '+Inf' });
}

/** What `work` gives once another transaction, which has the event's row while it works, has ended. */
async function whileRowIsLocked<T>(eventId: string, work: () => Promise<T>): Promise<T> {
  const lock = await other.database.pool.connect();
  try {
    await lock.query('begin');
    await lock.query('select from events where id = $1 for update', [eventId]);
    const result = await work();
    await lock.query('rollback');
    return result;
  } finally {
    lock.release();
  }
}

/** How many groups are in flight where four claims come one after the other. */
async function groupsInFlight(seller: TestEngine, policy: Partial<Policy> = {}) {
  const eventId = await knownEvent(seller, 100, policy);
  const before = await groupCount(seller);
  const claims: ReturnType<typeof claim>[] = [];
  const count = await whileRowIsLocked(eventId, async () => {
    for (let index = 0; index < 4; index += 1) {
      claims.push(claim(seller, eventId));
      // A group begins in the turn in which its commands come, or when another one ends.
      await settled();
      await settled();
    }
    const begun = (await groupCount(seller)) - before;
    await expect.poll(waitingCount).toBe(begun);
    return begun;
  });
  for (const outcome of await Promise.all(claims)) expect(outcome.status).toBe('accepted');
  return count;
}

describe('of one event', () => {
  test('two commits are under way at a time, and the others wait in their lane', async () => {
    expect(await groupsInFlight(engine)).toBe(2);
  });

  test('one is under way while few wait', async () => {
    expect(await groupsInFlight(patient)).toBe(1);
  });

  test('one is under way where the policy has a pause: of two, the second would always fail', async () => {
    expect(await groupsInFlight(engine, { holdPauseMs: 1_000 })).toBe(1);
  });
});

test('what a user sends is decided in its order, though the commits of an event overlap', async () => {
  const eventId = await knownEvent(engine, 1_000);
  const bookingIds = Array.from({ length: 20 }, () => randomUUID());
  const ends = await whileRowIsLocked(eventId, async () => {
    const holds = bookingIds.map((bookingId) =>
      claim(engine, eventId, { bookingId, type: 'reserve' }),
    );
    await expect.poll(waitingCount).toBe(1);
    // The second group is of others. Nobody has heard of the holds yet.
    const rivals = [claim(engine, eventId), claim(engine, eventId)];
    const cancels = bookingIds.map((bookingId) => cancel(engine, eventId, { bookingId }));
    await expect.poll(waitingCount).toBe(2);
    return [...holds, ...rivals, ...cancels];
  });
  for (const outcome of await Promise.all(ends)) expect(outcome.status).toBe('accepted');
  expect((await findEvent(engine.database, eventId))?.capacity.available).toBe(1_000 - 3);
  await expectSound(eventId);
});

test('two processes whose commits overlap sell every seat once, while some give theirs back and the capacity changes', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  const total = 300;
  const eventId = await knownEvent(engine, total);
  const told = new Set<string>();
  let takenCount = 1;
  const buy = async (seller: TestEngine) => {
    for (let turn = 0; turn < 12; turn += 1) {
      const bookingId = randomUUID();
      const quantity = 1 + Math.floor(random() * 2);
      const outcome = await claim(seller, eventId, { bookingId, quantity });
      told.add(outcome.status === 'refused' ? outcome.reason : outcome.status);
      if (outcome.status !== 'accepted') continue;
      takenCount += quantity;
      const isGivenBack = random() < 0.2;
      if (!isGivenBack) continue;
      told.add((await cancel(seller, eventId, { bookingId })).status);
      takenCount -= quantity;
    }
  };
  const organize = async () => {
    for (let more = 1; more <= 5; more += 1) await setCapacity(other, eventId, total + more);
  };
  const buyers = Array.from({ length: 40 }, (_, index) => buy(index % 2 === 0 ? engine : other));
  await Promise.all([...buyers, organize()]);
  expect([...told].toSorted(), `seed ${seed}`).toEqual(['accepted', 'sold_out']);
  const capacity = (await findEvent(engine.database, eventId))?.capacity;
  expect(capacity, `seed ${seed}`).toEqual({
    total: total + 5,
    available: total + 5 - takenCount,
    held: 0,
  });
  await expectSound(eventId);
});
