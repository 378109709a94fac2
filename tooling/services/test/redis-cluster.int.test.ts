import { Cluster, Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { isPortFree } from '../src/free-port.ts';
import { launchRedisCluster, startRedisCluster } from '../src/redis-cluster.ts';

function connect(url: string): Cluster {
  const { hostname, port, password } = new URL(url);
  const cluster = new Cluster([{ host: hostname, port: Number(port) }], {
    redisOptions: { password },
  });
  onTestFinished(() => cluster.disconnect());
  return cluster;
}

/** Keys enough for every node to have some. */
const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);

test('three masters share the keys, with a password each, and evict nothing; stop ends them', async () => {
  const started = await startRedisCluster();
  onTestFinished(() => started.stop());
  const cluster = connect(started.url);
  for (const key of keys) await cluster.set(key, 'value');

  const masters = cluster.nodes('master');
  const sizes = await Promise.all(masters.map((master) => master.dbsize()));
  expect(sizes).toHaveLength(3);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  for (const master of masters) {
    expect(await master.config('GET', 'maxmemory-policy')).toContain('noeviction');
    expect(await master.config('GET', 'bind')).toContain('127.0.0.1');
    const stranger = new Redis(Number(master.options.port), { retryStrategy: () => null });
    stranger.on('error', () => {});
    await expect(stranger.get('key')).rejects.toThrow('NOAUTH');
  }
  cluster.disconnect();
  await started.stop();
  await started.stop();
  const ports = started.handles.map(({ port }) => port);
  expect(await Promise.all(ports.map(isPortFree))).toEqual([true, true, true]);
});

test('it may be stopped before it is ready', async () => {
  const { handles, whenReady, stop } = await launchRedisCluster();
  await stop();
  await expect(whenReady).rejects.toThrow('Connection is closed');
  expect(await isPortFree(handles[0]?.port ?? 0)).toBe(true);
});
