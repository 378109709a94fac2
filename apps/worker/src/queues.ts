import { type Processor, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

/** The one queue so far, its one job, and the scheduler that makes it, all by the same name. */
export const expireHoldsName = 'expire-holds';

/** How often the sweep runs. A hold must be swept within 5 s of lapsing. */
export const sweepEveryMs = 1_000;

const connectTimeoutMs = 5_000;
const reconnectDelayMaxMs = 2_000;
/** A connection that is silent for longer is dead. The longest command blocks for 10 s. */
const socketTimeoutMs = 15_000;

/**
 * A job's lock outlives its worker by at most this. The next sweep does not wait for it; it only
 * says how long a killed worker's job is listed as active. Renewed at half time while it runs.
 */
const lockDurationMs = 10_000;
/** What is kept of past jobs, to look at. */
const jobCountKept = { completed: 50, failed: 200 };
/** BullMQ's event stream is for lookers-on; it is trimmed to about this. */
const eventCountKept = 1_000;

/**
 * All keys of a prefix share one hash tag, as a Redis Cluster needs it.
 *
 * @example keyPrefixOf('holdfast') // '{holdfast}'
 */
export function keyPrefixOf(queuePrefix: string): string {
  return `{${queuePrefix}}`;
}

/** A connection that waits for a Redis that is away, for as long as it takes. */
export function connectRedis(url: string): Redis {
  return new Redis(url, {
    // BullMQ's condition: a blocked command must outlive a reconnect.
    maxRetriesPerRequest: null,
    connectTimeout: connectTimeoutMs,
    socketTimeout: socketTimeoutMs,
    retryStrategy: (times) => Math.min(times * 100, reconnectDelayMaxMs),
  });
}

export function openQueue(redis: Redis, queuePrefix: string): Queue {
  return new Queue(expireHoldsName, {
    connection: redis,
    prefix: keyPrefixOf(queuePrefix),
    streams: { events: { maxLen: eventCountKept } },
  });
}

/** Runs the queue's jobs one at a time: a sweep that takes long delays the next, it does not join it. */
export function openWorker(redis: Redis, queuePrefix: string, work: Processor): Worker {
  return new Worker(expireHoldsName, work, {
    connection: redis,
    prefix: keyPrefixOf(queuePrefix),
    concurrency: 1,
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs,
    // BullMQ's 15 s after a failed fetch would keep holds unswept for longer than promised.
    runRetryDelay: sweepEveryMs,
    drainDelay: sweepEveryMs / 1_000,
    removeOnComplete: { count: jobCountKept.completed },
    removeOnFail: { count: jobCountKept.failed },
  });
}
