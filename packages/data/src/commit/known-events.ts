import type { EventState, Instant } from '@holdfast/domain';
import { LRUCache } from 'lru-cache';
import { DatabaseClock } from './database-clock.ts';

/** What is known of an event without reading it. */
export interface KnownEvent {
  readonly event: EventState;
  /** As in Loaded; `unknownLapse` where holds of other writers were not seen. */
  readonly nextLapseAt: Instant | null;
}

/** A lapse that is over already: no refusal rests on a hold of which nobody knows. */
export const unknownLapse: Instant = 0;

/** Some 700 bytes each. */
const eventCountMax = 20_000;

/** An event whose buyers come back for more is better read: so long after a guess that was wrong. */
const distrustMs = 200;
const distrustedCountMax = 2_000;

/**
 * What this process's last commits left behind: PostgreSQL's own word, but a moment old. It may
 * only be used for decisions whose guard says everything that they rely on.
 */
export interface KnownEvents {
  readonly clock: DatabaseClock;
  find(eventId: string): KnownEvent | null;
  remember(known: KnownEvent): void;
  forget(eventId: string): void;
  /** What was decided from memory was not so: for a moment the event is read again. */
  distrust(eventId: string): void;
}

/** @example const known = createKnownEvents() */
export function createKnownEvents(): KnownEvents {
  const events = new LRUCache<string, KnownEvent>({ max: eventCountMax });
  const distrusted = new LRUCache<string, true>({ max: distrustedCountMax, ttl: distrustMs });
  return {
    clock: new DatabaseClock(),
    find: (eventId) => (distrusted.has(eventId) ? null : (events.get(eventId) ?? null)),
    remember: (known) => void events.set(known.event.id, known),
    forget: (eventId) => void events.delete(eventId),
    distrust: (eventId) => void distrusted.set(eventId, true),
  };
}
