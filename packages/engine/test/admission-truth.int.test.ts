import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis, waitUntilReady } from '@holdfast/redis';
import {
  freshPrefix,
  providedServices,
  randomFrom,
  redisFlavours,
  startTcpProxy,
} from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cancel,
  claim,
  migratedDatabase,
  openWorkingEngine,
  sellEvent,
  type TestEngine,
} from './engine-for-test.ts';

/** From when to when something lasted, by the one clock of this process. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Bout {
  readonly engines: readonly TestEngine[];
  readonly eventId: string;
  readonly durationMs: number;
  readonly random: () => number;
}

/** What the buyers of one seat saw. */
interface BoutHistory {
  /** From the call of a booking that got the seat until the answer that gave it back. */
  readonly taken: Span[];
  /** The calls that were refused as sold out. */
  readonly refusals: Span[];
}

const buyerCount = 6;
const pauseMaxMs = 4;

/** Buyers who book the one seat and give it back, again and again, by either engine. */
async function fightForOneSeat(bout: Bout): Promise<BoutHistory> {
  const history: BoutHistory = { taken: [], refusals: [] };
  const endsAt = performance.now() + bout.durationMs;
  await Promise.all(
    Array.from({ length: buyerCount }, async () => {
      while (performance.now() < endsAt) await buyOnce(bout, history);
    }),
  );
  return history;
}

async function buyOnce(bout: Bout, { taken, refusals }: BoutHistory): Promise<void> {
  const { eventId, random } = bout;
  const bookingId = randomUUID();
  const from = performance.now();
  const answer = await claim(anyOf(bout), eventId, { bookingId });
  if (answer.status === 'refused') refusals.push({ from, to: performance.now() });
  if (answer.status === 'accepted') {
    await pause(random() * 2 * pauseMaxMs);
    const cancelled = await cancel(anyOf(bout), eventId, { bookingId });
    expect(cancelled).toMatchObject({ status: 'accepted' });
    taken.push({ from, to: performance.now() });
  }
  await pause(random() * pauseMaxMs);
}

function anyOf({ engines, random }: Bout): TestEngine {
  const engine = engines[Math.floor(random() * engines.length)];
  if (engine === undefined) throw new Error('There is no engine.');
  return engine;
}

/** Refusals during the whole of which the seat was free, as all buyers together know. */
function falseRefusals({ taken, refusals }: BoutHistory): readonly Span[] {
  return refusals.filter(
    ({ from, to }) => !taken.some((span) => span.from <= to && span.to >= from),
  );
}

test('the check finds a refusal while the seat was free, and no other', () => {
  const taken = [
    { from: 0, to: 10 },
    { from: 20, to: 30 },
  ];
  const refusals = [
    { from: 5, to: 6 },
    { from: 9, to: 12 },
    { from: 12, to: 19 },
    { from: 12, to: 21 },
  ];
  expect(falseRefusals({ taken, refusals })).toEqual([{ from: 12, to: 19 }]);
});

const seed = Math.floor(Math.random() * 2 ** 31);

describe.each(redisFlavours())('nobody is refused while a seat is free, on $name', ({ url }) => {
  let databaseUrl: string;

  beforeAll(async () => {
    databaseUrl = await migratedDatabase();
  });

  test(`with two processes (seed ${seed})`, async () => {
    const options = { databaseUrl, redisUrl: url, prefix: freshPrefix() };
    const engines = [await openWorkingEngine(options), await openWorkingEngine(options)];
    const eventId = await sellEvent(engines[0]?.database ?? never(), 1);
    const random = randomFrom(seed);
    const history = await fightForOneSeat({ engines, eventId, durationMs: 1_500, random });
    expect(falseRefusals(history)).toEqual([]);
    expect(history.taken.length).toBeGreaterThan(10);
    expect(history.refusals.length).toBeGreaterThan(100);
    for (const engine of engines) await engine.close();
  });
});

test.each(redisFlavours())(
  `nobody is refused while a seat is free, though $name loses what it knows (seed ${seed})`,
  async ({ url }) => {
    const databaseUrl = await migratedDatabase();
    const options = { databaseUrl, redisUrl: url, prefix: freshPrefix() };
    const engines = [await openWorkingEngine(options), await openWorkingEngine(options)];
    const eventId = await sellEvent(engines[0]?.database ?? never(), 1);
    const redis = connectRedis(url, 'cache');
    await waitUntilReady(redis, 5_000);
    const random = randomFrom(seed);
    const durationMs = 3_000;
    const fight = fightForOneSeat({ engines, eventId, durationMs, random });
    const endsAt = performance.now() + durationMs;
    let lossCount = 0;
    while (performance.now() < endsAt) {
      // Long enough now and then for a no to be known, and remembered, when the loss comes.
      await pause(random() ** 2 * 120);
      lossCount += await redis.unlink(keyOf(options.prefix, eventId));
    }
    const history = await fight;
    expect(falseRefusals(history)).toEqual([]);
    expect(lossCount).toBeGreaterThan(10);
    expect(history.taken.length).toBeGreaterThan(10);
    redis.disconnect();
    for (const engine of engines) await engine.close();
  },
);

/** As packages/redis names it. */
function keyOf(prefix: string, eventId: string): string {
  return `${prefix}:{event:${eventId}}:standing`;
}

describe('nobody is refused while a seat is free, though one process loses Redis', () => {
  let near: TestEngine;
  let far: TestEngine;

  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
  });

  test(`and finds it again (seed ${seed})`, async () => {
    const { redisUrl } = providedServices();
    await using network = await startTcpProxy(redisUrl);
    const options = { databaseUrl: await migratedDatabase(), prefix: freshPrefix() };
    near = await openWorkingEngine({ ...options, redisUrl: network.url });
    far = await openWorkingEngine({ ...options, redisUrl });
    const eventId = await sellEvent(far.database, 1);
    const random = randomFrom(seed);
    const durationMs = 3_000;
    const fight = fightForOneSeat({ engines: [near, far], eventId, durationMs, random });
    const troubles = (async () => {
      for (const trouble of ['cut', 'freeze'] as const) {
        await pause(300);
        network[trouble]();
        await pause(900);
        network.mend();
      }
    })();
    const history = await fight;
    await troubles;
    expect(falseRefusals(history)).toEqual([]);
    expect(history.taken.length).toBeGreaterThan(5);
    expect(near.lines.join('')).toContain('Admission (Redis) works again');
    await near.lanes.idle();
  });
});

function never(): never {
  throw new Error('There is none.');
}
