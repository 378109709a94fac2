import { registryKeyOf, requireCount, requireEventId } from './keys.ts';
import { listOf, textOf } from './reply.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

const noteScript = readScript('note-active-1');
const listScript = readScript('list-active-1');

/** Notes that these events hold leases. @throws RangeError for too many, or what is no event id. */
export function noteActive(
  { redis, prefix, limits }: Site,
  eventIds: readonly string[],
): () => Promise<void> {
  requireCount(eventIds, limits.eventCountMax);
  for (const eventId of eventIds) requireEventId(eventId);
  const args = [limits.activeDurationMs, limits.activeCountMax, ...eventIds];
  return async () => {
    if (eventIds.length === 0) return;
    await runScript(redis, noteScript, { keys: [registryKeyOf(prefix)], args });
  };
}

/** Events that were noted within `activeDurationMs`, the newest first, `limit` at most. */
export function listActive(
  { redis, prefix, limits }: Site,
  limit: number,
): () => Promise<readonly string[]> {
  const args = [limits.activeDurationMs, limit];
  return async () =>
    listOf(await runScript(redis, listScript, { keys: [registryKeyOf(prefix)], args })).map(textOf);
}
