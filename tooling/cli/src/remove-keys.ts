import { withRedis } from './redis.ts';

const keysPerScan = 1_000;

/**
 * Removes what queues of this prefix have left in a Redis that is not ours to stop. Throws, within
 * seconds, where that has gone away.
 */
export function removeKeys(redisUrl: string, prefix: string): Promise<void> {
  return withRedis(redisUrl, async (redis) => {
    // Queues put words of their own around the prefix.
    const found: AsyncIterable<string[]> = redis.scanStream({
      match: `*${prefix}*`,
      count: keysPerScan,
    });
    for await (const keys of found) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  });
}
