import { setTimeout as sleep } from 'node:timers/promises';
import { ensureJobsSchema, jobsSchema, queueName } from '@holdfast/data/jobs-schema';
import { type Outage, watchOutage } from '@holdfast/process';
import { createPostgresBackend, type Processor, Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import type { Ground, GroundOptions, OpenQueue } from './ground.ts';
import { closingInTime, queueOptions, workerOptions } from './queue-options.ts';

/** BullMQ waits on a connection of its own; beside it, one call at a time is enough. */
const poolSizeMax = 2;
const connectTimeoutMs = 5_000;
const openRetryDelayMs = 1_000;
/** A migration of BullMQ's tables, which are small. */
const schemaTimeoutMs = 20_000;

type PostgresOptions = Pick<GroundOptions, 'databaseUrl' | 'log'>;

/**
 * The worker without Redis: BullMQ keeps its queue in a schema of the same database, nothing refuses
 * early, and there is no second level of the cache to drop.
 */
export function openPostgresGround({ databaseUrl, log }: PostgresOptions): Ground {
  const outage = watchOutage(log, 'The queue in PostgreSQL');
  return {
    name: 'postgresql',
    admission: null,
    consumers: [],
    // Measured: a scheduled job is 10 transactions and 5 KB of WAL. Ten a second would be 100/s, all
    // day, to ask for what one query answers.
    frequentJobsScheduledBy: 'process',
    check: () => Promise.resolve(),
    openQueue: (work, signal) => openOnceReachable({ databaseUrl, work, outage }, signal),
    close: () => Promise.resolve(),
  };
}

interface QueueParts {
  readonly databaseUrl: string;
  readonly work: Processor;
  readonly outage: Outage;
}

/** BullMQ gives up for ever where its first look at the schema fails, so it is opened after that. */
async function openOnceReachable(
  parts: QueueParts,
  signal: AbortSignal,
): Promise<OpenQueue | null> {
  while (!signal.aborted) {
    try {
      await makeJobsSchema(parts.databaseUrl);
      return openQueue(parts);
    } catch (error) {
      parts.outage.note(error);
      await sleep(openRetryDelayMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

function openQueue({ databaseUrl, work, outage }: QueueParts): OpenQueue {
  const connection = {
    connectionString: databaseUrl,
    schema: jobsSchema,
    max: poolSizeMax,
    connectionTimeoutMillis: connectTimeoutMs,
  };
  const queue = new Queue(queueName, { ...queueOptions, connection }, createPostgresBackend);
  const worker = new Worker(
    queueName,
    work,
    { ...workerOptions, connection },
    createPostgresBackend,
  );
  queue.on('error', outage.note);
  worker.on('error', outage.note).on('completed', outage.over);
  return {
    // The types tell apart what lies beneath; what is used of a queue is the same.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    queue: queue as unknown as Queue,
    ready: new Promise((resolve) => worker.once('ready', resolve)),
    async close() {
      using closing = closingInTime();
      await closing.inTime(worker.close());
      await closing.inTime(queue.close());
    },
  };
}

/**
 * Makes BullMQ's tables where they are missing or older than this release. A role without the right to
 * that finds what `holdfast migrate --grant-to` has made for it.
 */
async function makeJobsSchema(databaseUrl: string): Promise<void> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: schemaTimeoutMs,
  });
  // Else a connection that breaks here would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await ensureJobsSchema(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
