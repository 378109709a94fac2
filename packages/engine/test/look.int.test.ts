import { setTimeout as pause } from 'node:timers/promises';
import { freshTables } from '@holdfast/fixtures';
import { admissionLimits, connectRedis, waitUntilReady } from '@holdfast/redis';
import { freshPrefix, type OwnServer, startOwnRedis } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim, sellEvent, soldOut } from './engine-for-test.ts';
import { type Fault, type Fighter, openFighter } from './truth/fighter.ts';

const claimCount = 1_000;

/** So long that a busy machine is not taken for a Redis that is away: then all would ask PostgreSQL. */
const callTimeoutMs = 10_000;

let databaseUrl: string;
/** One of its own: it is made to forget its scripts. */
let own: OwnServer;

beforeAll(async () => {
  databaseUrl = await freshTables();
  own = await startOwnRedis();
});

afterAll(() => own[Symbol.asyncDispose]());

/** Of a crowd that meets a standing which has expired: the share that is refused without PostgreSQL. */
async function earlyShare(fault: Fault, forget = async () => {}): Promise<number> {
  const options = { databaseUrl, redisUrl: own.url, prefix: freshPrefix(), fault, callTimeoutMs };
  const engines = await Promise.all([openFighter(options), openFighter(options)]);
  const [one] = engines;
  const eventId = await sellEvent(one.database, 1);
  await claim(one, eventId);
  expect(await claim(one, eventId)).toEqual(soldOut);
  await one.lanes.idle();
  await pause(admissionLimits.refusalDurationMaxMs + 50);
  await forget();
  const before = await refusedByDatabase(engines);
  const crowd = Array.from({ length: claimCount }, (_, index) =>
    claim(engines[index % 2] ?? one, eventId),
  );
  for (const answer of await Promise.all(crowd)) expect(answer).toEqual(soldOut);
  const reached = (await refusedByDatabase(engines)) - before;
  await Promise.all(engines.map((engine) => engine.close()));
  return 1 - reached / claimCount;
}

async function forgetScripts(): Promise<void> {
  const redis = connectRedis(own.url, 'admission');
  await waitUntilReady(redis, callTimeoutMs);
  await redis.script('FLUSH');
  await redis.quit();
}

async function refusedByDatabase(engines: readonly Fighter[]): Promise<number> {
  const counts = engines.map(({ metric }) =>
    metric('holdfast_refusals_total', { reason: 'sold_out', by: 'database' }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

test('of 1,000 who wait when a standing has expired, a few ask PostgreSQL for all', async () => {
  expect(await earlyShare({})).toBeGreaterThanOrEqual(0.95);
});

test('so it is where Redis has just lost its scripts, and hears of the look after others have asked', async () => {
  expect(await earlyShare({}, forgetScripts)).toBeGreaterThanOrEqual(0.95);
});

test('all of them ask PostgreSQL where nobody looks for the others', async () => {
  const withoutLook: Fault = {
    ofCalls: ({ ask, settle }) => ({
      async ask(eventId, fence) {
        const heard = await ask(eventId, fence);
        return heard.certainty === 'expired' ? { ...heard, certainty: 'unknown' } : heard;
      },
      settle,
    }),
  };
  expect(await earlyShare(withoutLook)).toBeLessThan(0.5);
});
