import { startOwnRedis, startTcpProxy } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { openFresh } from '@holdfast/fixtures';
import { runningWorker } from './running-worker.ts';

test('the queue of a Redis whose master has moved goes on at the new one, without a restart', async () => {
  await using first = await startOwnRedis();
  await using second = await startOwnRedis();
  await using proxy = await startTcpProxy(first.url);
  const [old, next] = [new Redis(first.url), new Redis(second.url)];
  await next.call('config', 'set', 'requirepass', new URL(first.url).password);
  const fresh = await openFresh();
  const worker = await runningWorker({
    ...fresh,
    databaseUrl: fresh.url,
    redisUrl: proxy.url,
  });
  const completedCount = async () => {
    const keys = await next.keys('*:jobs:completed');
    const [key] = keys;
    return key === undefined ? 0 : await next.zcard(key);
  };
  expect(await completedCount()).toBe(0);
  await old.call('replicaof', '127.0.0.1', '1');
  proxy.moveTo(second.url);
  await expect.poll(completedCount).toBeGreaterThan(0);
  await worker.stop();
  await fresh.database.close();
  for (const redis of [old, next]) redis.disconnect();
});
