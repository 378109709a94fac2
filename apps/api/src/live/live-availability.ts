import { type Change, type Database, findEvent, readFeed } from '@holdfast/data';
import { Fault } from '../http/faults.ts';
import { type LiveChange, type LiveUpdate, liveChange } from './live-change.ts';
import { LiveEvent, type LiveSource } from './live-event.ts';
import type { Listener } from './live-watcher.ts';

/** What somebody wants to watch. */
export interface Watching {
  readonly eventId: string;
  /** The last version that the watcher knows; `null`: none. */
  readonly afterVersion: number | null;
}

interface LiveAvailabilityOptions {
  readonly database: Database;
  readonly onError: (error: unknown) => void;
  /** A watcher was dropped, because it reads too slowly. */
  readonly onDropped?: () => void;
  /** Default 20,000. */
  readonly watcherCountMax?: number;
}

interface Watched {
  readonly event: LiveEvent;
  /** Those who watch it, and those who are about to. */
  watcherCount: number;
}

const watcherCountMaxDefault = 20_000;
const retryAfterMs = 1_000;

/** Whoever watches keeps a connection; the others are for bookings. */
const connectionShareMax = 0.5;

/** Events that read on at a time, after a time in which nothing was heard: half the pool. */
const readOnCountMax = 5;

/**
 * Tells whoever watches an event of its changes. Many watch in one process, and one connection to
 * PostgreSQL hears for all of them.
 *
 * @example
 * const first = await live.join({ eventId, afterVersion: null }, watcher);
 * live.leave(eventId, watcher);
 */
export class LiveAvailability {
  readonly #events = new Map<string, Watched>();
  readonly #watchers = new Set<Listener>();
  readonly #source: LiveSource;
  readonly #watcherCountMax: number;
  readonly #onDropped: () => void;
  #isOver = false;

  constructor({ database, onError, onDropped, watcherCountMax }: LiveAvailabilityOptions) {
    this.#source = sourceFrom(database, onError);
    this.#onDropped = onDropped ?? (() => {});
    this.#watcherCountMax = watcherCountMax ?? watcherCountMaxDefault;
  }

  /** Those who watch now. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /**
   * From now on the watcher is told of every change, until it leaves or is ended. Resolves to what
   * it must be told before: the current state, or what was missed since `afterVersion`; `null`:
   * nothing.
   *
   * Faults: `not_found`; `overloaded` when too many watch; `draining` when the process stops;
   * `database_unavailable`. Then it has left.
   */
  async join({ eventId, afterVersion }: Watching, watcher: Listener): Promise<LiveUpdate | null> {
    if (this.#isOver) throw new Fault('draining', { retryAfterMs });
    if (this.#watchers.size >= this.#watcherCountMax) {
      throw new Fault('overloaded', { retryAfterMs });
    }
    const event = this.#enter(eventId, watcher);
    try {
      await event.ready;
      return await event.join(watcher, afterVersion);
    } catch (error) {
      this.leave(eventId, watcher);
      throw error;
    }
  }

  /** An event that nobody watches any more is forgotten. Safe to repeat. */
  leave(eventId: string, watcher: Listener): void {
    const watched = this.#events.get(eventId);
    if (!this.#watchers.delete(watcher) || watched === undefined) return;
    watched.event.leave(watcher);
    watched.watcherCount -= 1;
    if (watched.watcherCount > 0) return;
    watched.event.stop();
    this.#events.delete(eventId);
  }

  /** A watcher reads too slowly, and is told nothing any more. */
  noteDropped(): void {
    this.#onDropped();
  }

  hear(changes: readonly Change[]): void {
    for (const change of changes) this.#events.get(change.eventId)?.event.hear(change);
  }

  /** Changes may have been missed. */
  async readOn(): Promise<void> {
    const events = [...this.#events.values()];
    for (let first = 0; first < events.length; first += readOnCountMax) {
      const some = events.slice(first, first + readOnCountMax);
      await Promise.all(some.map(({ event }) => event.readOn()));
    }
  }

  /** Ends everybody's watching, for good: watchers go on elsewhere. */
  end(): void {
    this.#isOver = true;
    for (const watcher of this.#watchers) watcher.end(new Fault('draining', { retryAfterMs }));
  }

  #enter(eventId: string, watcher: Listener): LiveEvent {
    this.#watchers.add(watcher);
    const watched = this.#events.get(eventId) ?? {
      event: new LiveEvent(eventId, this.#source),
      watcherCount: 0,
    };
    watched.watcherCount += 1;
    this.#events.set(eventId, watched);
    return watched.event;
  }
}

/**
 * How many may watch in a process that takes so many connections.
 *
 * @example watcherCountMaxOf(1_000) // 500
 */
export function watcherCountMaxOf(connectionCountMax: number): number {
  return Math.min(watcherCountMaxDefault, Math.floor(connectionCountMax * connectionShareMax));
}

function sourceFrom(database: Database, onError: (error: unknown) => void): LiveSource {
  return {
    async current(eventId): Promise<LiveChange | null> {
      const event = await findEvent(database, eventId);
      if (event === null) return null;
      const { version, rules, capacity } = event;
      const { total: seatCount, available: availableSeats, held: heldSeats } = capacity;
      return liveChange({ version, status: rules.status, seatCount, availableSeats, heldSeats });
    },
    after: (eventId, afterVersion, limit) => readFeed(database, { eventId, afterVersion, limit }),
    onError,
  };
}
