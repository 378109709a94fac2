import { connectRedis, waitUntilReady } from '@holdfast/admission';
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
  work: (masters: readonly Redis[]) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(url, 'cache');
  try {
    await waitUntilReady(redis, answerTimeoutMs);
    return await work(redis instanceof Cluster ? redis.nodes('master') : [redis]);
  } finally {
    redis.disconnect();
  }
}

/** As `withRedis`, where there is one Redis and no cluster: the stack's own. */
export function withOneRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  return withRedis(url, async ([redis]) => {
    if (redis === undefined) throw new Error('There is no Redis at that address.');
    return work(redis);
  });
}
