import {
  lastVersionOf,
  type Listener,
  type LiveAvailability,
  type LiveUpdate,
  type Watching,
  watchEvent,
} from '@holdfast/engine';
import { type TrackedEnvelope, tracked } from '@trpc/server';

interface Connection {
  /** The watcher has left. */
  readonly signal: AbortSignal | undefined;
  /** Ends the watcher's connection at once: it reads too slowly to be told anything. */
  readonly cut: () => void;
}

/** Who is told by pushing: first what it must know before, and from then on what comes. */
export interface Sink extends Listener {
  begin(first: LiveUpdate | null): void;
}

/**
 * What `event.watch` answers: updates that can be iterated, as tRPC does, each known by its last
 * version; or that are pushed, which costs a fraction (watch-lane.ts).
 */
export class LiveWatch implements AsyncIterable<TrackedEnvelope<LiveUpdate>> {
  readonly #live: LiveAvailability;
  readonly #watching: Watching;
  readonly #connection: Connection;

  constructor(live: LiveAvailability, watching: Watching, connection: Connection) {
    this.#live = live;
    this.#watching = watching;
    this.#connection = connection;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrackedEnvelope<LiveUpdate>> {
    const { signal, cut: onDropped } = this.#connection;
    const { eventId, ...watching } = this.#watching;
    for await (const update of watchEvent(this.#live, eventId, {
      ...watching,
      signal,
      onDropped,
    })) {
      yield tracked(String(lastVersionOf(update)), update);
    }
  }

  /** Tells the sink, until what is answered is called. Faults: as LiveAvailability.join. */
  async pushTo(sink: Sink): Promise<() => void> {
    const first = await this.#live.join(this.#watching, sink);
    await this.#live.turnFor(first);
    sink.begin(first);
    return () => this.#live.leave(this.#watching.eventId, sink);
  }

  /** The sink reads too slowly. */
  noteDropped(): void {
    this.#live.noteDropped();
  }
}
