import { connectRedis } from '@holdfast/redis';
import { type Database, type FeedSubscription, listenToFeed } from '@holdfast/data';
import { type Logger, watchOutage } from '@holdfast/process';
import { openSecondLevel } from './cached-level.ts';
import { type CachedReads, createCachedReads } from './cached-reads.ts';
import { LiveAvailability } from '../live/live-availability.ts';
import type { EngineLimits } from '../limits.ts';
import type { EngineMetrics } from '../metrics/metrics.ts';
import { countReads, countWatchers } from './read-metrics.ts';
import { LiveSales } from '../sale/live-sales.ts';
import type { RedisNow } from '../sale/sale-update.ts';
import { ReadQueue } from './read-queue.ts';
import { type WorkerWatch, watchWorkers } from './worker-watch.ts';

/** What is shown of events: from caches, and live. */
export interface Reads {
  readonly events: CachedReads;
  readonly live: LiveAvailability;
  /** The one way to PostgreSQL for whatever callers read. */
  readonly queue: ReadQueue;
  /** How sales go, live, for who organizes them. */
  readonly sales: LiveSales;
  /** Do workers do what these rest on? */
  readonly workers: WorkerWatch;
  /** Stops listening, when nobody watches any more. */
  close(): Promise<void>;
}

/** A read asks Redis first: meanwhile its connection to PostgreSQL has another one's work to do. */
const readsPerConnection = 2;

interface ReadsOptions {
  readonly database: Database;
  /** The cache's second level, and what its keys begin with; `null`: in this process only. */
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  readonly limits: EngineLimits;
  readonly logger: Logger;
  readonly metrics: Pick<EngineMetrics, 'registry' | 'bounds' | 'sales'>;
  /** How Redis is, where commands ask it. */
  readonly redisNow: () => RedisNow;
}

/**
 * Opens both. They hear of changes through one connection to PostgreSQL, so they need no Redis.
 * While nobody relays, or nothing is heard, watchers hear some seconds late, and caches are as old as their
 * entries.
 *
 * @example const reads = openReads({ database, redis: null, limits, logger, metrics })
 */
export function openReads(options: ReadsOptions): Reads {
  const { database, redis, limits, logger, metrics } = options;
  const { registry, bounds } = metrics;
  const connection = redis && connectRedis(redis.url, 'cache');
  const second = redis && connection && openSecondLevel(connection, redis.prefix);
  const queue = new ReadQueue({
    underWayCountMax: readsPerConnection * limits.readCountMax,
    waitingCountMax: limits.readQueueLengthMax,
    waitingPerCallerCountMax: limits.readQueueLengthPerCallerMax,
    callCountPerTurnMax: limits.callCountPerTurnMax,
    metrics: bounds,
  });
  const events = createCachedReads({ database, queue, second, onRead: countReads(registry) });
  const watchers = countWatchers(registry);
  const live = new LiveAvailability({
    database,
    queue,
    // While PostgreSQL is away the feed fails, too, and says so once.
    onError: (error) => logger.debug({ err: error }, 'changes could not be read; tried again'),
    onDropped: watchers.onDropped,
    watcherCountMax: limits.watcherCountMax,
  });
  watchers.follow(live);
  const workers = watchWorkers({ database, live, logger, registry });
  const sales = new LiveSales({
    database,
    live,
    queue,
    tallies: metrics.sales,
    redis: options.redisNow,
    notes: () => workers.notes(),
    onError: (error) => logger.debug({ err: error }, 'other processes were not told of a sale'),
  });
  const feed = listenFor({ events, live, sales }, database, logger);
  return {
    events,
    live,
    queue,
    sales,
    workers,
    async close() {
      await sales.close();
      await workers.close();
      await feed.close();
      second?.close();
      connection?.disconnect();
    },
  };
}

/** One connection hears for all of them. */
function listenFor(
  { events, live, sales }: Pick<Reads, 'events' | 'live' | 'sales'>,
  database: Database,
  logger: Logger,
): FeedSubscription {
  const outage = watchOutage(logger, 'The feed of changes (PostgreSQL)');
  return listenToFeed(database, {
    onChanges(changes) {
      events.hear(changes);
      live.hear(changes);
    },
    onSaleNews: (payload) => sales.hear(payload),
    onGap() {
      outage.over();
      sales.onListening();
      events.forgetAll();
      void live.readOn();
    },
    onError(error) {
      outage.note(error);
      sales.onCut();
    },
  });
}
