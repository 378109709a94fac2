import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type Database, relayOutbox } from '@holdfast/data';
import type { CacheRedis } from '../src/reads/cached-level.ts';

const periodMs = 10;

/** What a worker does all the time: tells of every commit. */
export function startRelay(database: Database): { stop(): Promise<void> } {
  const stop = new AbortController();
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
      await sleep(periodMs);
    }
  }
  const done = run();
  return {
    async stop() {
      stop.abort();
      await done;
    },
  };
}

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
