import type { Change } from '@holdfast/data';
import type { CacheRedis } from '../src/reads/cached-level.ts';

/** What a worker does to the second level of the cache: it writes the fences. */
export async function fence(
  redis: CacheRedis,
  prefix: string,
  changes: readonly Pick<Change, 'eventId' | 'version'>[],
): Promise<void> {
  for (const { eventId, version } of changes) {
    await redis.set(`${prefix}:cache:{event:${eventId}}:version`, String(version), 'PX', 60_000);
  }
  await redis.set(`${prefix}:cache:{lists}:generation`, crypto.randomUUID(), 'PX', 60_000);
}
