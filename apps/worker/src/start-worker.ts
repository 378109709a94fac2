import type { Database } from '@holdfast/data';
import type { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { expireHolds, type Sweep, type SweepReport } from './expire-holds.ts';
import type { Logger } from '@holdfast/process';
import { type Outage, watchOutage } from './outage.ts';
import { connectRedis, openQueue, openWorker } from './queues.ts';
import { ensureSchedule } from './schedule.ts';

/** How often the worker looks whether the schedule still stands. One small Redis call each. */
const scheduleCheckEveryMs = 1_000;
/** How long closing waits for a Redis that does not answer. */
const closeTimeoutMs = 5_000;

export interface WorkerOptions {
  readonly database: Database;
  readonly redisUrl: string;
  /** Workers of the same prefix share their work. */
  readonly queuePrefix: string;
  readonly log: Logger;
}

export interface RunningWorker {
  /** Resolves once Redis was reached and the schedule stands, however long that takes. */
  readonly ready: Promise<void>;
  /** Lets the job in hand end, then closes the worker, the queue and Redis. The database stays open. */
  stop(): Promise<void>;
}

/**
 * Starts sweeping. Jobs are hints: what there is to do stands in PostgreSQL, so a lost, doubled or
 * late job changes nothing. Neither Redis nor PostgreSQL need to be up; each may go away and come
 * back.
 *
 * @example
 * const worker = startWorker({ database, redisUrl, queuePrefix: 'holdfast', log });
 * await worker.ready;
 * await worker.stop();
 */
export function startWorker({
  database,
  redisUrl,
  queuePrefix,
  log,
}: WorkerOptions): RunningWorker {
  const redisOutage = watchOutage(log, 'Redis');
  const sweepOutage = watchOutage(log, 'Sweeping');
  const stopping = new AbortController();
  let inHand: Promise<unknown> = Promise.resolve();
  const redis = connectRedis(redisUrl).on('error', redisOutage.note).on('ready', redisOutage.over);
  const queue = openQueue(redis, queuePrefix).on('error', redisOutage.note);
  const worker = openWorker(redis, queuePrefix, () => {
    const sweeping = sweep({ database, log, signal: stopping.signal }, sweepOutage);
    inHand = sweeping.catch(() => undefined);
    return sweeping;
  });
  const isReady = new Promise<void>((resolve) => worker.once('ready', resolve));
  worker.on('error', redisOutage.note).on('completed', redisOutage.over);
  const schedule = keepSchedule(queue, redisOutage);
  return {
    ready: Promise.all([isReady, schedule.firstCheck]).then(() => undefined),
    async stop() {
      schedule.stop();
      stopping.abort();
      await inHand;
      await closeAll(worker, queue, redis);
    },
  };
}

/** One job. What it throws makes the job fail, which BullMQ notes; the next tick tries again. */
async function sweep(parts: Sweep, outage: Outage): Promise<SweepReport> {
  try {
    const report = await expireHolds(parts);
    outage.over();
    const { expiredHoldCount, failedEventCount } = report;
    if (expiredHoldCount + failedEventCount > 0) parts.log.info(report, 'holds swept');
    return report;
  } catch (error) {
    outage.note(error);
    throw error;
  }
}

/** Checks the schedule again and again, one check at a time. */
function keepSchedule(queue: Queue, outage: Outage) {
  const first = Promise.withResolvers<void>();
  let isChecking = false;
  async function check() {
    if (isChecking) return;
    isChecking = true;
    await ensureSchedule(queue).then(() => first.resolve(), outage.note);
    isChecking = false;
  }
  void check();
  const timer = setInterval(() => void check(), scheduleCheckEveryMs);
  return { firstCheck: first.promise, stop: () => clearInterval(timer) };
}

/**
 * In this order. BullMQ's own closing never ends while it waits for a connection to come back, so
 * where Redis is away it is told not to wait, and where Redis is silent it is left behind.
 */
async function closeAll(worker: Worker, queue: Queue, redis: Redis): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, closeTimeoutMs);
  const isReachable = redis.status === 'ready';
  const inTime = (work: Promise<unknown>) =>
    Promise.race([work.catch(() => undefined), late.promise]);
  await inTime(worker.close(!isReachable));
  await inTime(queue.close());
  if (isReachable) await inTime(redis.quit());
  redis.disconnect();
  clearTimeout(timer);
}
