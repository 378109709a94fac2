import { randomUUID } from 'node:crypto';
import { cacheKeysOf } from '@holdfast/redis';
import type { Change } from '@holdfast/data';

/** Longer than any entry of the cache lives (10 s in Redis). */
const markDurationMs = 120_000;

/** What is used of Redis: one command, so that it works on a cluster, too. */
interface Setter {
  set(key: string, value: string, unit: 'PX', durationMs: number): Promise<unknown>;
}

/**
 * Makes what the api processes share in Redis of these events unreachable: entries of an event that
 * are older than its mark are not served, and lists live under a generation that their reader saw
 * before it read. What is left behind expires by itself, so nothing is searched for or deleted.
 *
 * Changes come by event in order of version, and doing it twice does no harm.
 *
 * @example await invalidateCache(redis, { prefix: 'holdfast', changes });
 */
export async function invalidateCache(
  redis: Setter,
  { prefix, changes }: { readonly prefix: string; readonly changes: readonly Change[] },
): Promise<void> {
  if (changes.length === 0) return;
  const newest = new Map(changes.map(({ eventId, version }) => [eventId, version]));
  const keys = cacheKeysOf(prefix);
  const mark = (key: string, value: string) => redis.set(key, value, 'PX', markDurationMs);
  await Promise.all([
    ...Array.from(newest, ([eventId, version]) => mark(keys.versionOf(eventId), String(version))),
    mark(keys.generation, randomUUID()),
  ]);
}
