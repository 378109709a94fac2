import type { HoldfastClient } from '@holdfast/client';
import { HeardVersions, type Watcher } from './watcher.ts';

/** Watches an event through the client, whose stream is made again by itself. */
export function clientWatcher({ event }: HoldfastClient, eventId: string): Watcher {
  const left = new AbortController();
  const heard = new HeardVersions();
  let cutCount = 0;
  const onCut = () => void (cutCount += 1);
  const watch = async () => {
    for await (const update of event.watch({ eventId }, { signal: left.signal, onCut })) {
      const isFirst = heard.last === 0;
      for (const [index, { version }] of update.changes.entries()) {
        heard.note(version, update.restarted && !isFirst && index === 0);
      }
    }
  };
  const watching = watch();
  watching.catch(() => {});
  return {
    name: 'event.watch, by the client',
    get cutCount() {
      return cutCount;
    },
    hasHeard: (version) => heard.last >= version,
    missed: () => heard.problems(),
    stop: async () => {
      left.abort();
      await watching;
    },
  };
}
