import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { expect, test } from 'vitest';
import {
  connectRedis,
  expectOwnPrefix,
  PrefixTaken,
  waitUntilReady,
  watchDeployment,
} from '@holdfast/redis';

const of = (identity: string, prefix: string) => ({
  prefix,
  identify: () => Promise.resolve(identity),
});

async function ready(url: string) {
  const redis = connectRedis(url, 'admission');
  await waitUntilReady(redis, 10_000);
  return redis;
}

test.each(redisFlavours())('on $name, a prefix is of one database', async ({ url }) => {
  const redis = await ready(url);
  const [prefix, other] = [freshPrefix(), freshPrefix()];
  await expectOwnPrefix(redis, url, of('one', prefix));
  await expectOwnPrefix(redis, url, of('one', prefix));
  const refusal = expectOwnPrefix(redis, url, of('two', prefix));
  await expect(refusal).rejects.toThrow(PrefixTaken);
  await expect(refusal).rejects.toThrow('set REDIS_PREFIX');
  await expect(refusal).rejects.not.toThrow(new URL(url).password);
  await expectOwnPrefix(redis, url, of('two', other));
  redis.disconnect();
});

test('a claim lapses where nobody renews it, so another database may take the place', async () => {
  const [{ url } = { url: '' }] = redisFlavours();
  const redis = await ready(url);
  const prefix = freshPrefix();
  await expectOwnPrefix(redis, url, of('one', prefix));
  const leftMs = await redis.pttl(`${prefix}:deployment`);
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(30_000);
  await redis.pexpire(`${prefix}:deployment`, 1);
  await expect.poll(() => redis.exists(`${prefix}:deployment`)).toBe(0);
  await expectOwnPrefix(redis, url, of('two', prefix));
  redis.disconnect();
});

test('whoever could not be refused at the start is told later, and when it is over', async () => {
  const [{ url } = { url: '' }] = redisFlavours();
  const redis = await ready(url);
  const prefix = freshPrefix();
  const told: boolean[] = [];
  let isAway = true;
  const identify = async () => {
    if (isAway) throw new Error('PostgreSQL is away');
    return 'two';
  };
  await expectOwnPrefix(redis, url, { prefix, identify });
  await expectOwnPrefix(redis, url, of('one', prefix));
  const onChange = (isTaken: boolean) => void told.push(isTaken);
  const watch = watchDeployment(redis, { prefix, identify, everyMs: 20, onChange });
  isAway = false;
  await expect.poll(() => told).toEqual([true]);
  await redis.del(`${prefix}:deployment`);
  await expect.poll(() => told).toEqual([true, false]);
  await expect(expectOwnPrefix(redis, url, of('one', prefix))).rejects.toThrow(PrefixTaken);
  watch.close();
  redis.disconnect();
});
