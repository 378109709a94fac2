import { type Ask, keysOf, membersOf } from './keys.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

const releaseScript = readScript('release-2');

/**
 * Drops leases of commands that were not committed; lua/release-2.lua has every outcome.
 * A repetition changes nothing.
 *
 * @throws RangeError for more than `askCountMax` leases, or one that is out of bounds.
 */
export function release(
  { redis, prefix, limits }: Site,
  eventId: string,
  leases: readonly Ask[],
): () => Promise<void> {
  const keys = keysOf(prefix, eventId);
  const members = membersOf(leases, limits.askCountMax);
  const args = [limits.lapsedCountMax, limits.keyDurationMs, ...members];
  return async () => {
    await runScript(redis, releaseScript, { keys, args });
  };
}
