import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Change, type Database, findEventNow, readFeed } from '@holdfast/data';
import { Draining, Overloaded } from '../faults.ts';
import { type LiveChange, type LiveUpdate, liveChange } from './live-change.ts';
import { LiveEvent, type LiveSource } from './live-event.ts';
import type { Listener } from './live-watcher.ts';
import type { ReadQueue } from '../reads/read-queue.ts';

/** What somebody wants to watch. */
export interface Watching {
  readonly eventId: string;
  /** The last version that the watcher knows; `null`: none. */
  readonly afterVersion: number | null;
  /** Whose turn it is, where PostgreSQL has to be read. */
  readonly caller: string;
}

interface LiveAvailabilityOptions {
  readonly database: Database;
  readonly queue: ReadQueue;
  readonly onError: (error: unknown) => void;
  /** A watcher was dropped, because it reads too slowly. */
  readonly onDropped?: () => void;
  readonly watcherCountMax: number;
}

interface Watched {
  readonly event: LiveEvent;
  /** Those who watch it, and those who are about to. */
  watcherCount: number;
}

const retryAfterMs = 1_000;

/** From so many changes on (5 kB, 50 µs) an update is long. */
const longChangeCount = 50;

/** Events that read on at a time, after a time in which nothing was heard: half the pool. */
const readOnCountMax = 5;

/**
 * Tells whoever watches an event of its changes. Many watch in one process, and one connection to
 * PostgreSQL hears for all of them.
 *
 * @example
 * const first = await live.join({ eventId, afterVersion: null, caller: 'user ada' }, watcher);
 * live.leave(eventId, watcher);
 */
export class LiveAvailability {
  readonly #events = new Map<string, Watched>();
  readonly #watchers = new Set<Listener>();
  readonly #source: LiveSource;
  readonly #watcherCountMax: number;
  readonly #onDropped: () => void;
  #isOver = false;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: LiveAvailabilityOptions) {
    this.#source = sourceFrom(options);
    this.#onDropped = options.onDropped ?? (() => {});
    this.#watcherCountMax = options.watcherCountMax;
  }

  /** Events that somebody watches. */
  get eventIds(): readonly string[] {
    return [...this.#events.keys()];
  }

  /** Has everybody's watching been ended, for good? */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Those who watch now. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** Those who watch this event now, or are about to. */
  watcherCountOf(eventId: string): number {
    return this.#events.get(eventId)?.watcherCount ?? 0;
  }

  /**
   * From now on the watcher is told of every change, until it leaves or is ended. Resolves to what
   * it must be told before: the current state, or what was missed since `afterVersion`; `null`:
   * nothing.
   *
   * Throws EventNotFound; Overloaded when too many watch; Draining when the process stops;
   * DatabaseUnavailable. Then it has left.
   */
  async join(watching: Watching, watcher: Listener): Promise<LiveUpdate | null> {
    const { eventId, afterVersion, caller } = watching;
    if (this.#isOver) throw new Draining(retryAfterMs);
    if (this.#watchers.size >= this.#watcherCountMax) {
      throw new Overloaded(retryAfterMs);
    }
    const event = this.#enter(watching, watcher);
    try {
      await event.ready;
      return await event.join(watcher, afterVersion, caller);
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

  /**
   * What a watcher is told first may be long. Those who come back together are told one after the
   * other, each in a turn of the event loop of its own, so that others have theirs in between.
   */
  async turnFor(first: LiveUpdate | null): Promise<void> {
    if (first === null || first.changes.length < longChangeCount) return;
    this.#lastTurn = this.#lastTurn.then(() => nextTurn());
    await this.#lastTurn;
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
    for (const watcher of this.#watchers) watcher.end(new Draining(retryAfterMs));
  }

  #enter({ eventId, caller }: Watching, watcher: Listener): LiveEvent {
    this.#watchers.add(watcher);
    const watched = this.#events.get(eventId) ?? {
      event: new LiveEvent(eventId, this.#source, caller),
      watcherCount: 0,
    };
    watched.watcherCount += 1;
    this.#events.set(eventId, watched);
    return watched.event;
  }
}

function sourceFrom({ database, queue, onError }: LiveAvailabilityOptions): LiveSource {
  return {
    async current(eventId, caller): Promise<LiveChange | null> {
      const event = await queue.read(caller, () => findEventNow(database, eventId));
      if (event === null) return null;
      const { version, rules, capacity } = event;
      const { total: seatCount, available: availableSeats, held: heldSeats } = capacity;
      return liveChange({ version, status: rules.status, seatCount, availableSeats, heldSeats });
    },
    after: (asked, caller) => queue.read(caller, () => readFeed(database, asked)),
    onError,
  };
}
