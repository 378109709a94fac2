import { Redis } from 'ioredis';

const keysPerScan = 1_000;

/** Removes what queues of this prefix have left in a Redis that is not ours to stop. */
export async function removeKeys(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    // Queues put words of their own around the prefix.
    const found: AsyncIterable<string[]> = redis.scanStream({
      match: `*${prefix}*`,
      count: keysPerScan,
    });
    for await (const keys of found) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } finally {
    redis.disconnect();
  }
}
