import { connectRedis, type RedisConnection, waitUntilReady } from '@holdfast/redis';
import { sum } from '@holdfast/command';
import { Cluster, type Redis } from 'ioredis';

/** A server that does not answer within this is away. */
const answerTimeoutMs = 5_000;

/**
 * Connects to a Redis, or to each master of a Redis Cluster, for the time of `work`, and
 * disconnects whatever happens. Throws the reason, within seconds, where it cannot be reached.
 *
 * @example await withRedis(url, (masters) => Promise.all(masters.map((redis) => redis.ping())))
 */
export async function withRedis<T>(
  url: string,
  work: (masters: readonly [Redis, ...Redis[]], connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(url, 'cache');
  try {
    await waitUntilReady(redis, answerTimeoutMs);
    const [first, ...others] = redis instanceof Cluster ? redis.nodes('master') : [redis];
    if (first === undefined) throw new Error('There is no Redis at that address.');
    return await work([first, ...others], redis);
  } finally {
    redis.disconnect();
  }
}

const keysPerScan = 1_000;

/**
 * Removes every key with this in its name, and answers how many there were. Throws, within seconds,
 * where Redis has gone away.
 *
 * @example await removeKeys(redisUrl, stack.redisPrefix) // what a stack has left in a given Redis
 */
export function removeKeys(redisUrl: string, prefix: string): Promise<number> {
  return withRedis(redisUrl, async (masters) =>
    sum(await Promise.all(masters.map((master) => removeKeysOf(master, prefix)))),
  );
}

async function removeKeysOf(master: Redis, prefix: string): Promise<number> {
  let removedCount = 0;
  // Queues put words of their own around the prefix.
  const options = { match: `*${prefix}*`, count: keysPerScan };
  const found: AsyncIterable<string[]> = master.scanStream(options);
  for await (const keys of found) {
    // One by one: in a cluster, keys of several slots do not go into one command.
    removedCount += sum(await Promise.all(keys.map((key) => master.unlink(key))));
  }
  return removedCount;
}
