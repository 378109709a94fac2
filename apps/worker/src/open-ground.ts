import type { Ground, GroundOptions } from './ground.ts';
import { openPostgresGround } from './postgres-ground.ts';
import { openRedisGround } from './redis-ground.ts';

/** The one place that decides whether there is Redis. */
export function openGround({ redisUrl, ...options }: GroundOptions): Ground {
  return redisUrl === undefined
    ? openPostgresGround(options)
    : openRedisGround({ ...options, redisUrl });
}
