import { type RedisConnection, within } from '@holdfast/redis';
import { type Logger, watchOutage } from '@holdfast/process';
import type { Consumer } from './consumer.ts';
import { invalidateCache } from './invalidate-cache.ts';

/** The relay waits no longer for a Redis that does not answer. */
const invalidateTimeoutMs = 500;

/**
 * Tells the second level of the cache. Where Redis is away it is left out rather than holding back
 * the feed: what is stored there lives for seconds, and api processes that hear the feed take
 * nothing older than it from there.
 */
export function createCacheConsumer(
  redis: RedisConnection,
  { prefix, log }: { readonly prefix: string; readonly log: Logger },
): Consumer {
  const name = 'Cache invalidation';
  const outage = watchOutage(log, name);
  return {
    name,
    async deliver(changes) {
      try {
        if (redis.status !== 'ready') throw new Error('Redis is away.');
        await within(invalidateTimeoutMs, () => invalidateCache(redis, { prefix, changes }));
        outage.over();
      } catch (error) {
        outage.note(error);
      }
    },
  };
}
