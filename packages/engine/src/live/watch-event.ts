import type { LiveAvailability } from './live-availability.ts';
import type { LiveUpdate } from './live-change.ts';
import { Watcher } from './live-watcher.ts';

/** What somebody wants to watch, and until when. */
export interface WatchOptions {
  /** The last version that the watcher knows. Left out: it knows none. */
  readonly afterVersion?: number | null;
  /** Ends the watching. */
  readonly signal?: AbortSignal | undefined;
  /** Whose turn it is, where PostgreSQL has to be read. */
  readonly caller: string;
  /** It reads more slowly than the event changes, and is told nothing any more. */
  readonly onDropped?: () => void;
}

/**
 * An event's changes, from its current state (or from what was missed) on, until the signal.
 *
 * Throws EventNotFound; Overloaded, also where the reader is too slow; Draining; DatabaseUnavailable.
 *
 * @example
 * for await (const { changes } of watchEvent(live, eventId, { caller: 'ada' })) show(changes);
 */
export async function* watchEvent(
  live: LiveAvailability,
  eventId: string,
  { afterVersion = null, signal, caller, onDropped = () => {} }: WatchOptions,
): AsyncGenerator<LiveUpdate> {
  const watcher = new Watcher(() => {
    live.noteDropped();
    onDropped();
  });
  const leave = () => watcher.end();
  signal?.addEventListener('abort', leave, { once: true });
  if (signal?.aborted) leave();
  try {
    let update = await live.join({ eventId, afterVersion, caller }, watcher);
    update ??= await watcher.next();
    while (update !== null) {
      yield update;
      update = await watcher.next();
    }
  } finally {
    signal?.removeEventListener('abort', leave);
    live.leave(eventId, watcher);
  }
}
