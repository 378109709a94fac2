import { type RedisCluster, startRedisCluster, startServices } from '@holdfast/services';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectRedis } from '../src/connect-redis.ts';
import {
  expectNoEviction,
  readEvictionPolicy,
  watchEvictionPolicy,
} from '../src/eviction-policy.ts';
import { AdmissionUnavailable, RedisEvicts } from '../src/faults.ts';
import { waitUntilReady } from '../src/wait-until-ready.ts';

// Servers of their own: other tests would see the policy change.
const urls = new Map<string, string>();
let cluster: RedisCluster;
let stop: () => Promise<void>;
beforeAll(async () => {
  vi.stubEnv('REDIS_URL', undefined);
  const services = await startServices({ directory: null, postgres: false });
  vi.unstubAllEnvs();
  cluster = await startRedisCluster();
  urls.set('one Redis', services.redisUrl).set('a Redis Cluster', cluster.url);
  stop = async () => void (await Promise.all([services.stop(), cluster.stop()]));
});
afterAll(() => stop());

describe.each(['one Redis', 'a Redis Cluster'])('on %s', (name) => {
  async function open() {
    const url = urls.get(name) ?? '';
    const redis = connectRedis(url, 'admission');
    onTestFinished(() => redis.disconnect());
    await waitUntilReady(redis, 5_000);
    /** On the last master: one that may evict is enough. */
    const setPolicy = async (policy: string) => {
      const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis];
      await nodes.at(-1)?.config('SET', 'maxmemory-policy', policy);
    };
    onTestFinished(() => setPolicy('noeviction'));
    return { url, redis, setPolicy };
  }

  test('a Redis that never evicts is accepted, as soon as it is there', async () => {
    const { url } = await open();
    const redis = connectRedis(url, 'admission');
    onTestFinished(() => redis.disconnect());
    await expectNoEviction(redis, url);
    expect(await readEvictionPolicy(redis)).toBe('noeviction');
  });

  test.each(['allkeys-lru', 'volatile-ttl'])('%s is refused, with the fix', async (policy) => {
    const { url, redis, setPolicy } = await open();
    await setPolicy(policy);
    const refusal = expectNoEviction(redis, url);
    await expect(refusal).rejects.toThrow(RedisEvicts);
    await expect(refusal).rejects.toThrow(/CONFIG SET maxmemory-policy noeviction/);
    await expect(refusal).rejects.toMatchObject({ policy });
    await expect(refusal).rejects.not.toThrow(new URL(url).password);
  });

  test('a change is told once, and so is its fix', async () => {
    const { redis, setPolicy } = await open();
    const changes: unknown[] = [];
    const onChange = (change: unknown) => void changes.push(change);
    const watch = watchEvictionPolicy(redis, { everyMs: 20, onChange });
    onTestFinished(() => watch.close());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(changes).toEqual([]);
    await setPolicy('allkeys-lru');
    await expect.poll(() => changes).toEqual([{ evicts: true, policy: 'allkeys-lru' }]);
    await setPolicy('noeviction');
    const fixed = { evicts: false, policy: 'noeviction' };
    await expect.poll(() => changes.slice(1)).toEqual([fixed]);
    watch.close();
    await setPolicy('allkeys-lru');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(changes).toHaveLength(2);
  });
});

test('a Redis that cannot be asked is neither accepted nor refused, and raises no alarm', async () => {
  const url = 'redis://127.0.0.1:1';
  const redis = connectRedis(url, 'admission');
  onTestFinished(() => redis.disconnect());
  const changes: unknown[] = [];
  const onChange = (change: unknown) => void changes.push(change);
  const watch = watchEvictionPolicy(redis, { everyMs: 20, onChange });
  onTestFinished(() => watch.close());
  await expect(expectNoEviction(redis, url)).rejects.toThrow(AdmissionUnavailable);
  expect(changes).toEqual([]);
});
