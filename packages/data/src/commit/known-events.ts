import type { EventState, Instant } from '@holdfast/domain';
import { LRUCache } from 'lru-cache';
import { DatabaseClock } from './database-clock.ts';

/** What is known of an event without reading it. */
export interface KnownEvent {
  readonly event: EventState;
  /** As in Loaded; `unknownLapse` where holds of other writers were not seen. */
  readonly nextLapseAt: Instant | null;
}

/** Stands for a lapse that nobody knows. It is long over, so no refusal rests on it. */
export const unknownLapse: Instant = 0;

/** Some 700 bytes each. */
const eventCountMax = 20_000;

/**
 * For so long an event is read after a decision from memory failed. The next would often fail as
 * well, as where buyers come back for more.
 */
const distrustMs = 200;
const distrustedCountMax = 2_000;

/** Events that are sold within a second, and more. */
const clockCountMax = 2_000;

/**
 * What one process knows of events and of PostgreSQL's time without asking: what its last commits
 * left, so it may be a moment old. A decision may rest on it only where its guard repeats all that
 * the decision relied on.
 *
 * It belongs to whoever commits, and is handed to `commitGroups`.
 */
export interface KnownEvents {
  /** PostgreSQL's time, told by its answers. */
  readonly clock: DatabaseClock;
  /** The time of the server that has this event, where tables are distributed. */
  clockOf(eventId: string): DatabaseClock;
  /** The event as the last commit left it. `null`: it is not known, or it is distrusted now. */
  find(eventId: string): KnownEvent | null;
  /** Seats that this process's last commit left; `null`: nothing is known. */
  freeSeats(eventId: string): number | null;
  /** Answers of commits may come in another order than their versions: an older one changes nothing. */
  remember(known: KnownEvent): void;
  forget(eventId: string): void;
  /** A decision that rested on it failed. It is forgotten, and for a moment the event is read again. */
  distrust(eventId: string): void;
}

/**
 * Knows nothing at first, and then at most 20,000 events. The one that was not used for the longest
 * time goes first.
 *
 * @example const known = createKnownEvents()
 */
export function createKnownEvents(): KnownEvents {
  const events = new LRUCache<string, KnownEvent>({ max: eventCountMax });
  const clocks = new LRUCache<string, DatabaseClock>({ max: clockCountMax });
  const distrusted = new LRUCache<string, true>({ max: distrustedCountMax, ttl: distrustMs });
  return {
    clock: new DatabaseClock(),
    clockOf(eventId) {
      const clock = clocks.get(eventId) ?? new DatabaseClock();
      clocks.set(eventId, clock);
      return clock;
    },
    find: (eventId) => (distrusted.has(eventId) ? null : (events.get(eventId) ?? null)),
    freeSeats: (eventId) => events.get(eventId)?.event.capacity.available ?? null,
    remember(known) {
      const { id, version } = known.event;
      const isOlder = version < (events.get(id)?.event.version ?? 0);
      if (!isOlder) events.set(id, known);
    },
    forget: (eventId) => void events.delete(eventId),
    distrust(eventId) {
      // Else an event that was set back, as by a backup, would be remembered as it was for good.
      events.delete(eventId);
      distrusted.set(eventId, true);
    },
  };
}

/** For who commits seldom: every event is read, and nothing is remembered. */
export const nothingKnown: KnownEvents = {
  clock: new DatabaseClock(),
  clockOf: () => new DatabaseClock(),
  find: () => null,
  freeSeats: () => null,
  remember: () => {},
  forget: () => {},
  distrust: () => {},
};
