import {
  type Admission,
  connectRedis,
  expectFit,
  type FitnessWatch,
  openAdmission,
  type RedisConnection,
  RedisUnfit,
  requirePrefix,
  watchFitness,
} from '@holdfast/redis';
import { queueName } from '@holdfast/data/jobs-schema';
import { type Outage, watchOutage } from '@holdfast/process';
import { type Processor, Queue, Worker } from 'bullmq';
import type { Backend, BackendOptions, OpenQueue } from './backend.ts';
import { createCacheConsumer } from './cache-consumer.ts';
import { closingInTime, queueOptions, workerOptions } from './queue-options.ts';

/** Nobody waits for the worker's calls as a caller of the api does (150 ms). */
const admissionTimeoutMs = 1_000;

type RedisOptions = Pick<BackendOptions, 'redisPrefix' | 'identify' | 'log' | 'metrics'> & {
  readonly redisUrl: string;
};

/**
 * The worker with Redis, one or a cluster: BullMQ's queue, admission and the second level of the
 * cache. Redis need not be up, and may go away and come back.
 */
export function openRedisBackend(options: RedisOptions): Backend {
  const { redisUrl, redisPrefix, identify, log, metrics } = options;
  // Before anything is connected that nobody would close.
  requirePrefix(redisPrefix);
  const outage = watchOutage(log, 'Redis');
  const redis = connectRedis(redisUrl, 'queue').on('error', outage.note).on('ready', outage.over);
  const quick = connectRedis(redisUrl, 'admission');
  const admission = openAdmission({
    redis: quick,
    prefix: redisPrefix,
    timeoutMs: admissionTimeoutMs,
  });
  const watch = watchFitness(quick, {
    prefix: redisPrefix,
    identify,
    log,
    onEvicts: (evicts) => metrics.redisEvicts.set(evicts ? 1 : 0),
  });
  return {
    name: 'redis',
    admission,
    consumers: [createCacheConsumer(quick, { prefix: redisPrefix, log })],
    frequentJobsScheduledBy: 'queue',
    check: () => refuseUnfit(quick, options),
    openQueue: async (work) => openQueue(redis, { redisPrefix, work, outage }),
    close: () => closeRedis({ redis, admission, watch }),
  };
}

/**
 * All keys of a queue share one hash tag, as a Redis Cluster needs it.
 *
 * @example queuePrefixOf('holdfast') // '{holdfast}'
 */
export function queuePrefixOf(redisPrefix: string): string {
  return `{${redisPrefix}}`;
}

interface QueueParts {
  readonly redisPrefix: string;
  readonly work: Processor;
  readonly outage: Outage;
}

function openQueue(redis: RedisConnection, { redisPrefix, work, outage }: QueueParts): OpenQueue {
  const shared = { connection: redis, prefix: queuePrefixOf(redisPrefix) };
  const queue = new Queue(queueName, { ...queueOptions, ...shared });
  const worker = new Worker(queueName, work, { ...workerOptions, ...shared });
  queue.on('error', outage.note);
  worker.on('error', outage.note).on('completed', outage.over);
  return {
    queue,
    ready: new Promise((resolve) => worker.once('ready', resolve)),
    async close() {
      using closing = closingInTime();
      // BullMQ's own closing never ends while it waits for a connection to come back, so where Redis
      // is away it is told not to wait, and where Redis is silent it is left behind.
      await closing.inTime(worker.close(redis.status !== 'ready'));
      await closing.inTime(queue.close());
    },
  };
}

/** A Redis that cannot be asked is waited for, and looked at later. */
async function refuseUnfit(
  redis: RedisConnection,
  { redisUrl, redisPrefix: prefix, identify }: RedisOptions,
): Promise<void> {
  try {
    await expectFit(redis, redisUrl, { prefix, identify });
  } catch (error) {
    if (error instanceof RedisUnfit) throw error;
  }
}

interface RedisParts {
  readonly redis: RedisConnection;
  readonly admission: Admission;
  readonly watch: FitnessWatch;
}

async function closeRedis({ redis, admission, watch }: RedisParts): Promise<void> {
  using closing = closingInTime();
  watch.close();
  await closing.inTime(admission.close());
  if (redis.status === 'ready') await closing.inTime(redis.quit());
  redis.disconnect();
}
