import { type OwnServer, startOwnRedis, startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectRedis, type Health, openAdmission } from '@holdfast/redis';

const patience = { interval: 50 };
const eventId = '01997f00-0000-7000-8000-00000000000b';
let first: OwnServer;
let second: OwnServer;
let proxy: TcpProxy;

beforeEach(async () => {
  [first, second] = await Promise.all([startOwnRedis(), startOwnRedis()]);
  proxy = await startTcpProxy(first.url);
  // Whoever knows the name and password of one of them can use either.
  const password = new URL(first.url).password;
  await on(second, (redis) => redis.call('config', 'set', 'requirepass', password));
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await Promise.all([first, second].map((server) => server[Symbol.asyncDispose]()));
});

async function on(server: OwnServer, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(server.url);
  await work(redis).finally(() => redis.disconnect());
}

/** The first becomes a replica behind sockets that live on; new ones reach the second. */
async function moveMaster(): Promise<void> {
  await on(first, (redis) => redis.call('replicaof', '127.0.0.1', '1'));
  proxy.moveTo(second.url);
}

test.each(['admission', 'cache', 'queue'] as const)(
  'a connection for %s whose master has moved is made anew, and reaches the new one',
  async (purpose) => {
    const redis = connectRedis(proxy.url, purpose);
    await expect.poll(() => redis.status, patience).toBe('ready');
    await redis.set('place', 'first');
    await moveMaster();
    await expect(redis.set('place', 'second')).rejects.toThrow('READONLY');
    const again = () => redis.set('place', 'second').catch((error: unknown) => String(error));
    await expect.poll(again, patience).toBe('OK');
    expect(proxy.connectionCount).toBe(2);
    redis.disconnect();
  },
);

test('admission is back by itself, and names the cause meanwhile', async () => {
  const told: [Health, string][] = [];
  const onHealth = (health: Health, error: unknown) => void told.push([health, String(error)]);
  const redis = connectRedis(proxy.url, 'admission');
  const admission = openAdmission({ redis, prefix: 'moved', onHealth });
  await expect.poll(() => redis.status, patience).toBe('ready');
  await admission.ask(eventId, null);
  // It stays one for a while: there is no other master yet.
  await on(first, (master) => master.call('replicaof', '127.0.0.1', '1'));
  const ask = () =>
    admission.ask(eventId, null).then(
      () => 'asked',
      () => 'away',
    );
  await expect.poll(async () => (await ask()) && admission.health, patience).toBe('open');
  expect(told).toEqual([['open', expect.stringContaining('READONLY')]]);
  proxy.moveTo(second.url);
  await expect.poll(ask, patience).toBe('asked');
  expect(told.at(-1)?.[0]).toBe('closed');
  await admission.close();
});
