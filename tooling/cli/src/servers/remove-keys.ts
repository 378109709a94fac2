import type { Redis } from 'ioredis';
import { withRedis } from './redis.ts';

const keysPerScan = 1_000;

/**
 * Removes every key with this in its name, and answers how many there were. Throws, within seconds,
 * where Redis has gone away.
 *
 * @example await removeKeys(redisUrl, stack.redisPrefix) // what a stack has left in a given Redis
 */
export function removeKeys(redisUrl: string, prefix: string): Promise<number> {
  return withRedis(redisUrl, async (masters) => {
    const counts = await Promise.all(masters.map((master) => removeKeysOf(master, prefix)));
    return counts.reduce((sum, count) => sum + count, 0);
  });
}

async function removeKeysOf(master: Redis, prefix: string): Promise<number> {
  let removedCount = 0;
  // Queues put words of their own around the prefix.
  const found: AsyncIterable<string[]> = master.scanStream({
    match: `*${prefix}*`,
    count: keysPerScan,
  });
  for await (const keys of found) {
    // One by one: in a cluster, keys of several slots do not go into one command.
    const removed = await Promise.all(keys.map((key) => master.unlink(key)));
    removedCount += removed.reduce((sum, count) => sum + count, 0);
  }
  return removedCount;
}
