import { commit, type Database, readWorkerLag, type WorkerLag } from '@holdfast/data';
import { type Logger, watchOutage } from '@holdfast/process';
import { Gauge, type Registry } from 'prom-client';
import type { LiveAvailability } from '../live/live-availability.ts';

/** What the api says of workers that do not do their work. */
export type WorkerNote = 'feed_behind' | 'sweep_behind';

/** Do workers relay and sweep? One that is not there cannot say so itself. */
export interface WorkerWatch {
  /** What is behind now; empty: nothing. */
  notes(): readonly WorkerNote[];
  close(): Promise<void>;
}

interface WorkerWatchOptions {
  readonly database: Database;
  readonly live: LiveAvailability;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly checkEveryMs?: number;
  readonly behindMsMax?: number;
}

const checkEveryMsDefault = 2_000;

/** A worker relays ten times a second, and sweeps once. */
const behindMsMaxDefault = 10_000;

/** In one check, so many events that are watched are swept, of so many holds each. */
const eventCountMax = 20;
const bookingCountMax = 500;

/**
 * Looks every other second whether changes are relayed and lapsed holds swept. While they are not, it is
 * in the log once, in two gauges and in what `health.ready` answers; and those who watch an event are
 * told all the same, some seconds late: their events are read, and swept, from here.
 *
 * @example const watch = watchWorkers({ database, live, logger, registry }); watch.notes() // []
 */
export function watchWorkers(options: WorkerWatchOptions): WorkerWatch {
  const { database, live, logger } = options;
  const { checkEveryMs = checkEveryMsDefault, behindMsMax = behindMsMaxDefault } = options;
  const gauges = gaugesIn(options.registry);
  const outages = {
    feed_behind: watchOutage(logger, 'Relaying of changes (the work of a worker: does one run?)'),
    sweep_behind: watchOutage(
      logger,
      'Sweeping of lapsed holds (the work of a worker: does one run?)',
    ),
  };
  let notes: readonly WorkerNote[] = [];
  let checking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => void (checking = checking.then(check)), checkEveryMs).unref();

  async function check(): Promise<void> {
    try {
      const lag = await readWorkerLag(database, { sinceMs: behindMsMax });
      gauges.feed.set(lag.feedMs / 1_000);
      gauges.sweep.set(lag.sweepMs / 1_000);
      notes = tell(lag);
      if (notes.includes('sweep_behind')) await sweepWatched();
      if (notes.length > 0) await live.readOn();
    } catch {
      // That the database is away is said elsewhere.
    }
  }

  function tell({ feedMs, sweepMs }: WorkerLag): readonly WorkerNote[] {
    const lags = { feed_behind: feedMs, sweep_behind: sweepMs };
    return (['feed_behind', 'sweep_behind'] as const).filter((note) => {
      const isBehind = lags[note] > behindMsMax;
      if (isBehind) outages[note].note(new Error(`${Math.round(lags[note])} ms behind`));
      else outages[note].over();
      return isBehind;
    });
  }

  async function sweepWatched(): Promise<void> {
    for (const eventId of live.eventIds.slice(0, eventCountMax)) {
      await commit(database, eventId, [{ type: 'expire', bookingCountMax }]);
    }
  }

  return {
    notes: () => notes,
    async close() {
      clearInterval(timer);
      await checking;
    },
  };
}

function gaugesIn(registry: Registry) {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  return {
    feed: gauge(
      'holdfast_feed_behind_seconds',
      'Since when a change waits to be relayed by a worker, as this api sees it.',
    ),
    sweep: gauge(
      'holdfast_sweep_behind_seconds',
      'Since when a lapsed hold waits to be swept by a worker, if for more than 10 s.',
    ),
  };
}
