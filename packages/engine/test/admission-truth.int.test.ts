import { setTimeout as pause } from 'node:timers/promises';
import { freshTables } from '@holdfast/fixtures';
import {
  freshPrefix,
  providedServices,
  randomFrom,
  redisFlavours,
  removeRule,
  startOwnRedis,
  startTcpProxy,
  type TcpProxy,
} from '@holdfast/testing';
import { connectRedis } from '@holdfast/redis';
import { beforeAll, describe, expect, test } from 'vitest';
import { falseRefusals, type Fight, fightFor, hasSeenMuch, openFight } from './truth/fight.ts';
import { type Fault, openFighter } from './truth/fighter.ts';
import { SeatHistory } from './truth/seat-history.ts';

const seed = Math.floor(Math.random() * 2 ** 31);

let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await freshTables();
});

interface Ground {
  /** The Redis of the first process; the other two have `redisUrl`. */
  readonly firstRedisUrl?: string;
  readonly redisUrl: string;
  readonly fault?: Fault;
  /** The first process claims nothing: what it gives back is there for the other two. */
  readonly isFirstGiverOnly?: boolean;
}

/** Three processes that sell the same events. */
async function withFight(ground: Ground, run: (fight: Fight) => Promise<void>): Promise<void> {
  const { redisUrl, firstRedisUrl = redisUrl, fault = {}, isFirstGiverOnly = false } = ground;
  const options = { databaseUrl, prefix: freshPrefix(), fault };
  const urls = [firstRedisUrl, redisUrl, redisUrl];
  const fighters = await Promise.all(urls.map((url) => openFighter({ ...options, redisUrl: url })));
  try {
    const claimers = isFirstGiverOnly ? fighters.slice(1) : fighters;
    await run(await openFight({ claimers, givers: fighters, random: randomFrom(seed) }));
  } finally {
    await Promise.all(fighters.map((fighter) => fighter.close()));
  }
}

describe('what is a false refusal', () => {
  const historyOf = (refusal: { from: number; to: number }) => {
    const history = new SeatHistory();
    history.free({ commit: 0, answer: 0 });
    history.take(1);
    history.free({ commit: 10, answer: 14 });
    history.take(20);
    history.refusals.push(refusal);
    return history;
  };

  test.each([
    [{ from: 2, to: 4 }, false, false],
    [{ from: 9, to: 12 }, false, false],
    [{ from: 11, to: 13 }, true, false],
    [{ from: 15, to: 19 }, true, true],
    [{ from: 15, to: 21 }, false, false],
  ])('%j', (refusal, byCommit, byAnswer) => {
    const history = historyOf(refusal);
    expect(history.falseRefusals('commit')).toHaveLength(byCommit ? 1 : 0);
    expect(history.falseRefusals('answer')).toHaveLength(byAnswer ? 1 : 0);
  });
});

describe(`nobody is refused while a seat is free (seed ${seed})`, () => {
  test.each(redisFlavours())('by three processes on $name', async ({ url }) => {
    await withFight({ redisUrl: url }, async (fight) => {
      await fightFor(1_500, fight);
      expect(falseRefusals(fight, 'commit')).toEqual([]);
      expect(hasSeenMuch(fight)).toBe(true);
    });
  });

  test('where Redis is far from one of them', async () => {
    await withFar('slow', undefined, async (fight) => {
      await fightFor(2_000, fight);
      expect(falseRefusals(fight, 'commit')).toEqual([]);
      expect(hasSeenMuch(fight)).toBe(true);
    });
  });

  test('where one of them loses Redis and finds it again, again and again', async () => {
    await withFar('there', undefined, async (fight, network) => {
      const troubles = (async () => {
        for (const trouble of ['cut', 'freeze'] as const) {
          await pause(400);
          network[trouble]();
          await pause(800);
          network.restore();
        }
      })();
      await fightFor(3_000, fight);
      await troubles;
      expect(falseRefusals(fight, 'commit')).toEqual([]);
      expect(hasSeenMuch(fight)).toBe(true);
    });
  });

  test('where Redis loses all that it knows, and is restarted', async () => {
    await using own = await startOwnRedis();
    await using network = await startTcpProxy(own.url);
    network.delay(10);
    const ground = { redisUrl: own.url, firstRedisUrl: network.url };
    await withFight(ground, async (fight) => {
      const redis = connectRedis(own.url, 'queue');
      const losses = lose(redis, own.handle, 3_000);
      await fightFor(3_000, fight);
      expect(await losses).toBeGreaterThan(10);
      redis.disconnect();
      expect(falseRefusals(fight, 'answer')).toEqual([]);
      expect(hasSeenMuch(fight)).toBe(true);
    });
  });
});

/** Empties Redis again and again, and restarts it in the middle; how often it was emptied. */
async function lose(
  redis: ReturnType<typeof connectRedis>,
  handle: { restart(): Promise<void> },
  durationMs: number,
): Promise<number> {
  const random = randomFrom(seed);
  const from = performance.now();
  let lossCount = 0;
  let isRestarted = false;
  while (performance.now() < from + durationMs) {
    // Long enough now and then for a refusal to be known when the loss comes.
    await pause(random() ** 2 * 200);
    if (!isRestarted && performance.now() > from + durationMs / 2) {
      isRestarted = true;
      await handle.restart();
    }
    await redis.flushall();
    lossCount += 1;
  }
  return lossCount;
}

type Network = 'there' | 'slow' | 'cut';

/** The first of the processes has its Redis over a network of its own. */
async function withFar(
  state: Network,
  fault: Fault | undefined,
  run: (fight: Fight, network: TcpProxy) => Promise<void>,
): Promise<void> {
  const { redisUrl } = providedServices();
  await using network = await startTcpProxy(redisUrl);
  const isFirstGiverOnly = state !== 'there';
  const ground = { redisUrl, firstRedisUrl: network.url, isFirstGiverOnly };
  await withFight({ ...ground, ...(fault && { fault }) }, async (fight) => {
    if (state === 'slow') network.delay(40);
    if (state === 'cut') network.cut();
    await run(fight, network);
  });
}

const controls: readonly {
  readonly without: string;
  readonly network: Network;
  readonly since: 'commit' | 'answer';
  readonly fault: Fault;
}[] = [
  {
    without: 'a fence',
    network: 'slow',
    since: 'commit',
    fault: {
      ofCalls: ({ ask, settle }) => ({
        ask: (eventId) => ask(eventId, null),
        settle: (eventId, settlement) => settle(eventId, { ...settlement, fence: null }),
      }),
    },
  },
  {
    without: 'a fence that bars',
    network: 'slow',
    since: 'commit',
    fault: {
      ofRedis: (redis) =>
        removeRule(redis, { script: 'ask-1', rule: ' and fenceCount == 0', without: '' }),
    },
  },
  {
    without: 'an end of what a refusal may rest on',
    network: 'cut',
    since: 'answer',
    fault: {
      ofCalls: ({ ask, settle }) => ({
        ask: async (eventId, fence) => {
          const heard = await ask(eventId, fence);
          return heard.certainty === 'expired' ? { ...heard, certainty: 'certain' } : heard;
        },
        settle,
      }),
    },
  },
  {
    without: 'a look at what is certain',
    network: 'cut',
    since: 'answer',
    fault: {
      ofCalls: ({ ask, settle }) => ({
        ask: async (eventId, fence) => ({ ...(await ask(eventId, fence)), certainty: 'certain' }),
        settle,
      }),
    },
  },
  {
    without: 'waiting for Redis before a cancel is answered',
    network: 'cut',
    since: 'answer',
    fault: {
      ofCalls: ({ ask, settle }) => ({
        ask: (eventId, fence) =>
          ask(eventId, fence).catch(() => ({
            asOfMs: 0,
            free: null,
            limit: null,
            certainty: 'unknown' as const,
          })),
        settle: async (eventId, settlement) => {
          void settle(eventId, settlement).catch(() => {});
          return { drift: 0 };
        },
      }),
    },
  },
];

const sliceMs = 500;
const sliceCountMax = 12;

test.each(controls)(
  `somebody is refused while a seat is free, without $without (seed ${seed})`,
  async ({ network, since, fault }) => {
    await withFar(network, fault, async (fight) => {
      let falseCount = 0;
      for (let slice = 0; slice < sliceCountMax && falseCount === 0; slice += 1) {
        await fightFor(sliceMs, fight);
        falseCount = falseRefusals(fight, since).length;
      }
      expect(falseCount).toBeGreaterThan(0);
    });
  },
);
