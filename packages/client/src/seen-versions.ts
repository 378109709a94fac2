import { canonicalId } from './ids.ts';

/** What this client has seen of an event. */
interface SeenEvent {
  readonly id: string;
  readonly version: number;
}

/**
 * Remembers the newest version that the client has seen of each event, so that its commands can say
 * what they were decided upon.
 */
export interface SeenVersions {
  note(event: SeenEvent): void;
  /** `undefined`: this client has seen nothing of it, or too many others since. */
  find(eventId: string): number | undefined;
}

/** The events seen longest ago are forgotten: then the event is read before it is changed. */
const eventCountMax = 1_000;

/**
 * The memory of one client.
 *
 * @example
 * const seen = seenVersions();
 * seen.note({ id: eventId, version: 3 });
 * seen.find(eventId); // 3
 */
export function seenVersions(): SeenVersions {
  const versions = new Map<string, number>();
  return {
    note({ id, version }) {
      const newest = Math.max(version, versions.get(id) ?? 0);
      versions.delete(id);
      versions.set(id, newest);
      const [oldest] = versions.keys();
      if (versions.size > eventCountMax && oldest !== undefined) versions.delete(oldest);
    },
    find: (eventId) => versions.get(canonicalId(eventId)),
  };
}
