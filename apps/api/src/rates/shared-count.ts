import { createHash } from 'node:crypto';
import type { RedisConnection } from '@holdfast/redis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Limit } from './limit.ts';

/** What all processes have counted of a caller in its window. */
interface Heard {
  readonly count: number;
  readonly endsInMs: number;
}

/** Counts over all processes. */
export interface SharedCount {
  /** Adds so many, or takes them away, and answers how many there are now. Never rejects. */
  add(caller: string, count: number): Promise<Heard>;
}

/**
 * Counts in Redis; while that is away, in this process alone (the library's insurance). A caller is named by
 * a hash: neither users nor addresses stand in Redis, and no name can be that of another key.
 *
 * @example
 * const shared = countIn(redis, 'holdfast', limit);
 * await shared.add('ada', 20); // { count: 20, endsInMs: 10_000 }
 */
export function countIn(
  redis: RedisConnection,
  prefix: string,
  { name, countMax: points, windowSeconds: duration }: Limit,
): SharedCount {
  const bounds = { keyPrefix: `${prefix}:rate:${name}`, points, duration };
  const limiter = new RateLimiterRedis({
    ...bounds,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(bounds),
  });
  return {
    async add(caller, count) {
      const key = createHash('sha256').update(caller).digest('base64url');
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key, count);
      return { count: consumedPoints, endsInMs: msBeforeNext };
    },
  };
}
