import { standingKeyOf } from './keys.ts';
import type { Site } from './site.ts';

/** What Redis knows of an event. Times are Redis' own, in milliseconds. */
export interface KnownStanding {
  readonly version: number;
  /** Seats free in PostgreSQL at that version. */
  readonly free: number;
  /** The most seats of one booking. */
  readonly limit: number;
  /** Until when a refusal may rest on it. */
  readonly untilMs: number;
  /** Fences that were raised, and neither lowered nor found to have lapsed. */
  readonly fenceCount: number;
}

/**
 * Looks at one event and changes nothing. `null` where nothing is known of it.
 *
 * @throws RangeError for what is no event id.
 */
export function inspectEvent(
  { redis, prefix }: Site,
  eventId: string,
): () => Promise<KnownStanding | null> {
  const key = standingKeyOf(prefix, eventId);
  return async () => toStanding(await redis.hgetall(key));
}

function toStanding(fields: Readonly<Record<string, string>>): KnownStanding | null {
  if (fields['version'] === undefined) return null;
  const numberAt = (name: string) => Number(fields[name] ?? 0);
  return {
    version: numberAt('version'),
    free: numberAt('free'),
    limit: numberAt('limit'),
    untilMs: numberAt('until'),
    fenceCount: Object.keys(fields).filter((name) => name.startsWith('fence:')).length,
  };
}
