import { once } from 'node:events';
import type { RedisConnection } from './connect-redis.ts';
import { AdmissionUnavailable } from './faults.ts';
import { mastersOf } from './redis-time.ts';

/**
 * Resolves when the connection, to every master of a cluster, takes commands.
 *
 * @throws AdmissionUnavailable when that takes longer.
 */
export async function waitUntilReady(redis: RedisConnection, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await untilReady(redis, signal);
    await Promise.all(mastersOf(redis).map((master) => untilReady(master, signal)));
  } catch (error) {
    throw new AdmissionUnavailable(error);
  }
}

async function untilReady(redis: RedisConnection, signal: AbortSignal): Promise<void> {
  if (redis.status === 'ready') return;
  await once(redis, 'ready', { signal });
}
