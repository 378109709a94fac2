import { Cluster, Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshPrefix } from '../src/fresh-prefix.ts';
import { redisFlavours } from '../src/redis-flavours.ts';
import { withMasters } from '../src/redis-masters.ts';
import { removeTraces } from '../src/remove-traces.ts';

test('there are two kinds of Redis to test with', () => {
  expect(redisFlavours().map(({ isCluster }) => isCluster)).toEqual([false, true]);
});

describe.each(redisFlavours())('on $name', ({ url, isCluster }) => {
  function connect(): Redis | Cluster {
    const { hostname, port, password } = new URL(url);
    const redis = isCluster
      ? new Cluster([{ host: hostname, port: Number(port) }], { redisOptions: { password } })
      : new Redis(url);
    onTestFinished(() => redis.disconnect());
    return redis;
  }

  test('a client that waits is answered', async () => {
    const key = `${freshPrefix()}:key`;
    const redis = connect();
    await redis.set(key, 'value');
    expect(await redis.get(key)).toBe('value');
  });

  test("where it is somebody else's, a run's keys are removed from every node, and no others", async () => {
    const [runName, otherName] = [freshPrefix(), freshPrefix()];
    const redis = connect();
    const keys = Array.from({ length: 30 }, (_, index) => `bull:${runName}:${index}`);
    for (const key of [...keys, `${otherName}:key`]) await redis.set(key, 'value');

    const services = { databaseUrl: '', redisUrl: url, postgres: handle, redis: null };
    await removeTraces({ ...services, stop: async () => {} }, runName);

    const left: string[] = [];
    await withMasters(
      url,
      async (master) => void left.push(...(await master.keys(`*${runName}*`))),
    );
    expect(left).toEqual([]);
    expect(await redis.exists(`${otherName}:key`)).toBe(1);
  });
});

/** PostgreSQL goes away with the run. */
const handle = {
  pid: 0,
  port: 0,
  stop: async () => {},
  kill: () => {},
  restart: async () => {},
};
