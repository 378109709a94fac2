import { type RedisCluster, startRedisCluster } from '@holdfast/services';
import { type OwnServer, removeRule, startOwnRedis } from '@holdfast/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anotherEvent, openPlace, type Place } from './fixture.ts';
import { history, type Step } from './history.ts';
import { heedingVersions, needed } from './needed-rules.ts';
import { falseNo, Play, playLimits } from './play.ts';

// Every run draws a seed and prints it; HOLDFAST_SEED repeats it. About 8,000 steps on one Redis, and 2,000 on a cluster.
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new Error('HOLDFAST_SEED must be a whole number.');
/** A cluster runs the same scripts: what is its own is which node has which key. */
const runCounts = { one: 100, cluster: 25 };
/** It takes some 10. */
const controlRunCount = 1_000;
console.info(`admission histories: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

// Servers of their own: histories make Redis forget its scripts, and others' may be under way.
let one: OwnServer;
let cluster: RedisCluster;
beforeAll(async () => {
  [one, cluster] = await Promise.all([startOwnRedis(), startRedisCluster()]);
});
afterAll(async () => {
  await Promise.all([one[Symbol.asyncDispose](), cluster.stop()]);
});

/** Each history is of an event of its own. */
function histories(place: Place, onEnd: (play: Play) => void) {
  return fc.asyncProperty(history, async (steps) => {
    onEnd(await playSteps(place, steps));
  });
}

async function playSteps(place: Place, steps: readonly Step[]): Promise<Play> {
  const play = new Play(anotherEvent(place));
  for (const step of steps) await play.step(step);
  await play.end();
  return play;
}

test.each([
  ['one Redis', runCounts.one, () => one.url],
  ['a Redis Cluster', runCounts.cluster, () => cluster.url],
])(
  'on %s, whatever happens in whatever order, nobody is refused a seat that is free',
  async (_, numRuns, url) => {
    let certainCount = 0;
    const place = await openPlace(url(), { limits: playLimits });
    const property = histories(place, (play) => {
      certainCount += play.certainCount;
    });
    await fc.assert(property, { seed, numRuns });
    // Of each, one at its end, and more in its midst.
    expect(certainCount).toBeGreaterThan(4 * numRuns);
  },
);

test.each(needed)('$title', async ({ removal, steps }) => {
  const place = await openPlace(one.url, { limits: playLimits });
  await playSteps(place, steps);
  removeRule(place.redis, removal);
  await expect(playSteps(place, steps)).rejects.toThrow(falseNo);
});

test('chance finds it as well: a settle that heeds no versions refuses a seat that is free', async () => {
  const place = await openPlace(one.url, { limits: playLimits });
  removeRule(place.redis, heedingVersions);
  const control = { seed, numRuns: controlRunCount, endOnFailure: true };
  const { errorInstance } = await fc.check(
    histories(place, () => {}),
    control,
  );
  expect(String(errorInstance)).toContain(falseNo);
});
