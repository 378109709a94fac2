import { Gauge, type Registry } from 'prom-client';
import type { CachedReadsOptions } from './cached-reads.ts';
import type { ReadFrom } from './cached-reader.ts';
import type { LiveAvailability } from '../live/live-availability.ts';
import { createTallies, type Tally } from '../metrics/tally.ts';

const froms: readonly ReadFrom[] = ['memory', 'redis', 'database', 'stale'];

/** `holdfast_cache_reads_total`: where answers about events came from. */
export function countReads(registry: Registry): NonNullable<CachedReadsOptions['onRead']> {
  const tallies = createTallies({
    name: 'holdfast_cache_reads_total',
    help: 'Answers about events, by where they came from; stale ones are being read anew.',
    labelNames: ['read', 'from'],
    registry,
  });
  const linesOf = (read: string) =>
    new Map<ReadFrom, Tally>(froms.map((from) => [from, tallies({ read, from })]));
  const lines = { get: linesOf('get'), list: linesOf('list') };
  return (read, from) => lines[read].get(from)?.inc();
}

/** `holdfast_watchers`, and `holdfast_watchers_dropped_total`: an alarm where it grows fast. */
export function countWatchers(registry: Registry): {
  readonly onDropped: () => void;
  readonly follow: (live: LiveAvailability) => void;
} {
  const tallies = createTallies({
    name: 'holdfast_watchers_dropped_total',
    help: 'Watchers that read more slowly than their event changed.',
    labelNames: [],
    registry,
  });
  const dropped = tallies({});
  return {
    onDropped: () => dropped.inc(),
    follow(live) {
      const gauge = new Gauge({
        name: 'holdfast_watchers',
        help: 'Who watches an event now.',
        registers: [registry],
        collect() {
          this.set(live.watcherCount);
        },
      });
      void gauge;
    },
  };
}
