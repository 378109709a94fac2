import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { readMetrics, sumOf } from '../../metrics.ts';
import { withOneRedis } from '../../redis.ts';
import { type Fault, recoveryAfterLossMsMax, redisUrlOf, type Scene } from '../fault.ts';

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
    withOneRedis(redisUrlOf(scene), async (redis) => {
      const usedBytes = await readInfo(redis, 'memory', 'used_memory');
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await redis.config('SET', 'maxmemory', String(usedBytes - squeezedBytes));
    }),
  whileItHolds: async (scene) => [...(await missingAlarm(scene)), ...(await missingEffect(scene))],
  heal: (scene) =>
    withOneRedis(redisUrlOf(scene), async (redis) => {
      await redis.config('SET', 'maxmemory', '0');
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
    }),
};

async function missingAlarm({ stack }: Scene): Promise<readonly string[]> {
  const { apiAdminUrls, adminToken } = stack.inside;
  const deadline = performance.now() + alarmMsMax;
  while (performance.now() < deadline) {
    const read = apiAdminUrls().map((url) => readMetrics(url, adminToken).catch(() => []));
    const samples = (await Promise.all(read)).flat();
    if (sumOf(samples, 'holdfast_redis_evicts') > 0) return [];
    await sleep(lookEveryMs);
  }
  return [`Nobody raised the alarm about evicted keys within ${alarmMsMax / 1_000} s.`];
}

/** A fault that nobody could have felt proves nothing. */
async function missingEffect(scene: Scene): Promise<readonly string[]> {
  const evictedCount = await withOneRedis(redisUrlOf(scene), (redis) =>
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
