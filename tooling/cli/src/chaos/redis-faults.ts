import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { readMetricsWhereUp, sumOf } from '../servers/metrics.ts';
import { withRedis } from '../servers/redis.ts';
import {
  type Fault,
  recoveryAfterLossMsMax,
  recoveryMsMax,
  redisOf,
  redisUrlOf,
  type Scene,
} from './fault.ts';

/** Redis dies, and comes back without its data. */
export const redisKill: Fault = {
  name: 'redis-kill',
  title: 'Redis is killed, and comes back empty',
  holdsMs: 3_000,
  recoveryMsMax: recoveryAfterLossMsMax,
  inject: async (scene) => redisOf(scene).kill('SIGKILL'),
  heal: (scene) => redisOf(scene).restart(),
};

/** Redis keeps its connections and says nothing: worse than a dead one, for whoever waits. */
export const redisStop: Fault = {
  name: 'redis-stop',
  title: 'Redis is frozen, and goes on with all its data',
  holdsMs: 3_000,
  recoveryMsMax,
  inject: async (scene) => redisOf(scene).kill('SIGSTOP'),
  heal: async (scene) => redisOf(scene).kill('SIGCONT'),
};

const blowCount = 20;
const blowEveryMs = 100;

/** Redis forgets everything, several times, while it is being used. */
export const redisEmpty: Fault = {
  name: 'redis-empty',
  title: `Redis is emptied ${blowCount} times under load (FLUSHALL)`,
  holdsMs: 0,
  recoveryMsMax: recoveryAfterLossMsMax,
  inject: (scene) =>
    withRedis(redisUrlOf(scene), async ([redis]) => {
      if ((await redis.dbsize()) === 0) throw new Error('Redis was empty before.');
      for (let blow = 0; blow < blowCount; blow += 1) {
        await redis.flushall();
        await sleep(blowEveryMs);
      }
    }),
  heal: async () => {},
};

/** So long after the policy has changed, the alarm must have been raised. */
const alarmMsMax = 5_000;
const lookEveryMs = 100;

/** Keys are thrown away until this much less than now is in use, and go on being thrown away. */
const squeezedBytes = 65_536;

/** Somebody turns the admission's Redis into a cache, too small for what is in it. */
export const redisEvict: Fault = {
  name: 'redis-evict',
  title: 'Redis gets too little memory and a policy that evicts keys',
  holdsMs: 6_000,
  recoveryMsMax: recoveryAfterLossMsMax,
  inject: (scene) =>
    withRedis(redisUrlOf(scene), async ([redis]) => {
      const usedBytes = await readInfo(redis, 'memory', 'used_memory');
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await redis.config('SET', 'maxmemory', String(usedBytes - squeezedBytes));
    }),
  whileItHolds: async (scene) => [...(await missingAlarm(scene)), ...(await missingEffect(scene))],
  heal: (scene) =>
    withRedis(redisUrlOf(scene), async ([redis]) => {
      await redis.config('SET', 'maxmemory', '0');
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
    }),
};

async function missingAlarm({ stack }: Scene): Promise<readonly string[]> {
  const deadline = performance.now() + alarmMsMax;
  while (performance.now() < deadline) {
    const samples = (await readMetricsWhereUp(stack.inside)).flat();
    if (sumOf(samples, 'holdfast_redis_evicts') > 0) return [];
    await sleep(lookEveryMs);
  }
  return [`Nobody raised the alarm about evicted keys within ${alarmMsMax / 1_000} s.`];
}

/** A fault that nobody could have felt proves nothing. */
async function missingEffect(scene: Scene): Promise<readonly string[]> {
  const evictedCount = await withRedis(redisUrlOf(scene), ([redis]) =>
    readInfo(redis, 'stats', 'evicted_keys'),
  );
  return evictedCount > 0 ? [] : ['Redis did not evict a single key, so this run proves nothing.'];
}

async function readInfo(redis: Redis, section: string, field: string): Promise<number> {
  const text = await redis.info(section);
  const value = new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`Redis says nothing of ${field}.`);
  return Number(value);
}
