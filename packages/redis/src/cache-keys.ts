/** Where the cached reads of all processes are kept. What an event has shares a slot of a cluster. */
export interface CacheKeys {
  /** What was read of an event. */
  entryOf(eventId: string): string;
  /** The version that an event's entry must have at least: the relay writes it, readers heed it. */
  versionOf(eventId: string): string;
  /** The name under which lists are kept until anything changes: written and heeded likewise. */
  readonly generation: string;
  /** A list, under the generation that its reader saw before it read. */
  listOf(generation: string, name: string): string;
}

/**
 * The keys of the cache, for the api that reads and the worker that lets entries run out.
 *
 * @example cacheKeysOf('holdfast').versionOf(eventId) // 'holdfast:cache:{event:…}:version'
 */
export function cacheKeysOf(prefix: string): CacheKeys {
  const event = (eventId: string) => `${prefix}:cache:{event:${eventId}}`;
  const lists = `${prefix}:cache:{lists}`;
  return {
    entryOf: (eventId) => `${event(eventId)}:entry`,
    versionOf: (eventId) => `${event(eventId)}:version`,
    generation: `${lists}:generation`,
    listOf: (generation, name) => `${lists}:${generation}:${name}`,
  };
}
