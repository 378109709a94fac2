import type { EventChange, HoldfastError } from '@holdfast/client';

/** What a page knows of an event's seats. */
export type Availability =
  /** Nothing yet. */
  | { readonly status: 'loading' }
  /** As the server says at this moment. */
  | { readonly status: 'live'; readonly change: EventChange }
  /** As the server said when it was last heard: the connection is cut, and is being made again. */
  | { readonly status: 'stale'; readonly change: EventChange }
  /** No waiting helps: there is no such event, say, or it may not be seen. It is watched no longer. */
  | { readonly status: 'failed'; readonly error: HoldfastError };

const loading: Availability = { status: 'loading' };

/** What is known of the events that somebody shows. */
export interface KnownAvailability {
  /** The same object until it changes. */
  read(eventId: string): Availability;
  wantedIds(): readonly string[];
  /** `onChange` hears that `read` answers something new. Returns what ends that. */
  want(eventId: string, onChange: () => void): () => void;
  tell(eventId: string, availability: Availability): void;
  /** Says of all that are live that they are stale, or of the stale ones that they are live. */
  mark(eventIds: readonly string[], status: 'live' | 'stale'): void;
}

/** Nothing is known yet, and nothing wanted. */
export function knownAvailability(): KnownAvailability {
  const listeners = new Map<string, Set<() => void>>();
  const known = new Map<string, Availability>();
  const read = (eventId: string) => known.get(eventId) ?? loading;
  function tell(eventId: string, availability: Availability): void {
    const hearing = listeners.get(eventId);
    if (hearing === undefined) return;
    known.set(eventId, availability);
    for (const onChange of hearing) onChange();
  }
  return {
    read,
    tell,
    wantedIds: () => [...listeners.keys()],
    want(eventId, onChange) {
      const hearing = listeners.get(eventId) ?? new Set();
      listeners.set(eventId, hearing.add(onChange));
      return () => {
        hearing.delete(onChange);
        if (hearing.size > 0) return;
        listeners.delete(eventId);
        // Who comes back later is told anew: what was known grows old.
        known.delete(eventId);
      };
    },
    mark(eventIds, status) {
      for (const eventId of eventIds) {
        const before = read(eventId);
        if ('change' in before && before.status !== status) tell(eventId, { ...before, status });
      }
    },
  };
}
