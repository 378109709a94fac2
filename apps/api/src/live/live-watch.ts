import {
  lastVersionOf,
  type Listener,
  type LiveAvailability,
  type LiveUpdate,
  type Watching,
  watchEvent,
} from '@holdfast/engine';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { Pushing, Sink } from './sink.ts';
import { frameOf, namedFrameOf } from './stream-frame.ts';
import { WatchProgress } from './watch-progress.ts';

interface Connection {
  /** The watcher has left. */
  readonly signal: AbortSignal | undefined;
  /** Ends the watcher's connection at once: it reads too slowly to be told anything. */
  readonly cut: () => void;
}

/** What a watcher is told; where it watches several events, of which one. */
export type WatchMessage = LiveUpdate & { readonly eventId?: string };

/**
 * What `event.watch` answers: updates that can be iterated, as tRPC does, each known by its last
 * version; or that are pushed, which costs a fraction (watch-lane.ts).
 */
export class LiveWatch implements Pushing, AsyncIterable<TrackedEnvelope<WatchMessage>> {
  readonly #live: LiveAvailability;
  readonly #watched: readonly Watching[];
  readonly #isNamed: boolean;
  readonly #connection: Connection;

  /** `isNamed`: its updates say of which event they are, since there may be several. */
  constructor(
    live: LiveAvailability,
    { watched, isNamed }: { readonly watched: readonly Watching[]; readonly isNamed: boolean },
    connection: Connection,
  ) {
    this.#live = live;
    this.#watched = watched;
    this.#isNamed = isNamed;
    this.#connection = connection;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrackedEnvelope<WatchMessage>> {
    const progress = new WatchProgress(this.#watched);
    for await (const { place, update } of this.#updates()) {
      const { eventId, id } = progress.note(place, update);
      if (this.#isNamed) yield tracked(id, { eventId, ...update });
      else yield tracked(String(lastVersionOf(update)), update);
    }
  }

  /** Tells the sink, until what is answered is called. Faults: as LiveAvailability.join. */
  async pushTo(sink: Sink): Promise<() => void> {
    const [only] = this.#watched;
    return this.#isNamed || only === undefined
      ? await this.#pushNamedTo(sink)
      : await this.#pushOnlyTo(sink, only);
  }

  /** The sink reads too slowly. */
  noteDropped(): void {
    this.#live.noteDropped();
  }

  async #pushOnlyTo(sink: Sink, watching: Watching): Promise<() => void> {
    const listener: Listener = {
      push: (update) => sink.push(frameOf(update)),
      end: (fault = null) => sink.end(fault),
    };
    const first = await this.#live.join(watching, listener);
    await this.#live.turnFor(first);
    sink.begin(first && frameOf(first));
    return () => this.#live.leave(watching.eventId, listener);
  }

  /** Nothing is told before every event has been joined: one that is not there refuses them all. */
  async #pushNamedTo(sink: Sink): Promise<() => void> {
    const progress = new WatchProgress(this.#watched);
    const early: (() => void)[] = [];
    let isBegun = false;
    const listeners = this.#watched.map(
      (_, place): Listener => ({
        push: (update) => {
          const push = () => sink.push(namedFrameOf(progress.note(place, update)));
          if (isBegun) push();
          else early.push(push);
        },
        end: (fault = null) => sink.end(fault),
      }),
    );
    const leave = () => {
      for (const [place, { eventId }] of this.#watched.entries()) {
        const listener = listeners[place];
        if (listener !== undefined) this.#live.leave(eventId, listener);
      }
    };
    try {
      const firsts = await this.#joinAll(listeners);
      sink.begin(null);
      isBegun = true;
      for (const [place, first] of firsts.entries()) {
        if (first !== null) sink.push(namedFrameOf(progress.note(place, first)));
      }
      for (const push of early) push();
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** All at once, so that it takes no longer than for one; and none is left behind that is still joining. */
  async #joinAll(listeners: readonly Listener[]): Promise<readonly (LiveUpdate | null)[]> {
    const joining = listeners.map(async (listener, place) => {
      const watching = this.#watched[place];
      return watching === undefined ? null : await this.#live.join(watching, listener);
    });
    await Promise.allSettled(joining);
    const firsts = await Promise.all(joining);
    for (const first of firsts) await this.#live.turnFor(first);
    return firsts;
  }

  /** Those of all events as they come, until one of them ends. */
  async *#updates(): AsyncGenerator<{ readonly place: number; readonly update: LiveUpdate }> {
    const { signal = null, cut: onDropped } = this.#connection;
    const left = new AbortController();
    const until = AbortSignal.any([left.signal, ...(signal === null ? [] : [signal])]);
    const streams = this.#watched.map(({ eventId, ...watching }) =>
      watchEvent(this.#live, eventId, { ...watching, signal: until, onDropped }),
    );
    const next = async (place: number) => ({ place, result: await streams[place]?.next() });
    const pending = new Map(streams.map((_, place) => [place, next(place)]));
    try {
      for (;;) {
        const { place, result } = await Promise.race(pending.values());
        if (result === undefined || result.done === true) return;
        pending.set(place, next(place));
        yield { place, update: result.value };
      }
    } finally {
      left.abort();
      for (const end of pending.values()) end.catch(() => {});
      // One that has an update ready is left only by this.
      await Promise.allSettled(streams.map((stream) => stream.return(undefined)));
    }
  }
}
