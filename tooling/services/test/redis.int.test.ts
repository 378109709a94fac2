import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { isPortFree } from '../src/free-port.ts';
import { startRedis } from '../src/redis.ts';
import { findRedisProgram } from '../src/redis-program.ts';
import { temporary } from './temporary.ts';

const program = await findRedisProgram(() => {});

async function started(directory: string, isPersistent: boolean) {
  const redis = await startRedis({ directory, isPersistent, program });
  onTestFinished(() => redis.handle.stop());
  return redis;
}

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

test('it is safe by default: loopback only, a password, and no key is ever evicted', async () => {
  const { url } = await started(await temporary(), false);
  expect(await ask(url, (redis) => redis.config('GET', 'bind'))).toEqual(['bind', '127.0.0.1']);
  expect(await ask(url, (redis) => redis.config('GET', 'maxmemory-policy'))).toEqual([
    'maxmemory-policy',
    'noeviction',
  ]);
  const stranger = new URL(url);
  stranger.password = 'wrong';
  await expect(ask(stranger.href, (redis) => redis.get('key'))).rejects.toThrow(/NOAUTH|WRONGPASS/);
});

test('a persistent one has its data after a second start, and after SIGKILL', async () => {
  const directory = await temporary();
  const first = await started(directory, true);
  await ask(first.url, (redis) => redis.set('key', 'value'));
  await first.handle.stop();
  const second = await started(directory, true);
  expect(await ask(second.url, (redis) => redis.get('key'))).toBe('value');
  second.handle.kill();
  await second.handle.restart();
  expect(await ask(second.url, (redis) => redis.get('key'))).toBe('value');
});

test('one that is not persistent writes no data and is empty after a restart, on the same port', async () => {
  const { url, handle } = await started(await temporary(), false);
  const { port } = handle;
  await ask(url, (redis) => redis.set('key', 'value'));
  handle.kill();
  await expect.poll(() => isPortFree(port)).toBe(true);
  await handle.restart();
  expect(handle.port).toBe(port);
  expect(await ask(url, (redis) => redis.get('key'))).toBeNull();
});

test('stop works while it is frozen, and may be repeated', async () => {
  const { handle } = await started(await temporary(), false);
  handle.kill('SIGSTOP');
  await handle.stop();
  await handle.stop();
  expect(await isPortFree(handle.port)).toBe(true);
});
