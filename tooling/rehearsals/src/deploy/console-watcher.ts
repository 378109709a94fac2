import type { HoldfastClient, SaleUpdate } from '@holdfast/client';
import type { Watcher } from './watcher.ts';

/** An organizer's console, and what it shows in the end. */
export interface ConsoleWatcher extends Watcher {
  /** Bookings that it has counted, over all seconds. */
  readonly bookedCount: number;
}

/** Watches a sale as the organizer's console does. */
export function consoleWatcher({ event }: HoldfastClient, eventId: string): ConsoleWatcher {
  const left = new AbortController();
  const seconds = new Map<number, SaleUpdate['seconds'][number]>();
  let version = 0;
  let cutCount = 0;
  const onCut = () => void (cutCount += 1);
  const watch = async () => {
    for await (const update of event.sale({ eventId }, { signal: left.signal, onCut })) {
      // A second that it knows is as it is told now.
      for (const second of update.seconds) seconds.set(Date.parse(second.at) / 1_000, second);
      ({ version } = update.now.event);
    }
  };
  const watching = watch();
  watching.catch(() => {});
  return {
    name: 'event.sale, by the client',
    get cutCount() {
      return cutCount;
    },
    get bookedCount() {
      return [...seconds.values()].reduce((sum, { accepted }) => sum + (accepted['book'] ?? 0), 0);
    },
    hasHeard: (wanted) => version >= wanted,
    missed: () => {
      const all = [...seconds.keys()].toSorted((one, other) => one - other);
      const gap = all.find((second, index) => index > 0 && second !== (all[index - 1] ?? 0) + 1);
      return gap === undefined
        ? []
        : [`a second is missing before ${new Date(gap * 1_000).toISOString()}`];
    },
    stop: async () => {
      left.abort();
      await watching;
    },
  };
}
