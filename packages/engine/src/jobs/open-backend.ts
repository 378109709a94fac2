import type { Backend, BackendOptions } from './backend.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';

/** The one place that decides whether the jobs have Redis. */
export function openBackend({ redisUrl, ...options }: BackendOptions): Backend {
  return redisUrl === undefined
    ? openPostgresBackend(options)
    : openRedisBackend({ ...options, redisUrl });
}
