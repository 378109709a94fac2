import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionConfig, connectionConfig } from '@holdfast/data';
import { ensureJobsSchema, jobsSchema, queueName } from '@holdfast/data/jobs-schema';
import { type Outage, watchOutage } from '@holdfast/process';
import { readPostgresUrl, UrlInvalid } from '@holdfast/server-urls';
import { createPostgresBackend, type Processor, Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import type { Backend, BackendOptions, OpenQueue } from './backend.ts';
import { closingInTime, queueOptions, workerOptions } from './queue-options.ts';

/** BullMQ waits on a connection of its own; beside it, one call at a time is enough. */
const poolSizeMax = 2;
const connectTimeoutMs = 5_000;
const openRetryDelayMs = 1_000;
/** A migration of BullMQ's tables, which are small. */
const schemaTimeoutMs = 20_000;

type PostgresOptions = Pick<BackendOptions, 'databaseUrl' | 'log'>;

/**
 * The worker without Redis: BullMQ keeps its queue in a schema of the same database, nothing refuses
 * early, and there is no second level of the cache to drop.
 */
export function openPostgresBackend({ databaseUrl, log }: PostgresOptions): Backend {
  const outage = watchOutage(log, 'The queue in PostgreSQL');
  return {
    name: 'postgresql',
    admission: null,
    consumers: [],
    // Measured: a scheduled job is 10 transactions and 5 KB of WAL. Ten a second would be 100/s, all
    // day, to ask for what one query answers.
    frequentJobsScheduledBy: 'process',
    check: async () => requireStartupParameters(databaseUrl),
    openQueue: (work, signal) => openOnceReachable({ databaseUrl, work, outage }, signal),
    close: () => Promise.resolve(),
  };
}

/** BullMQ finds its tables by a setting that it sends as a connection starts, and in no other way. */
function requireStartupParameters(databaseUrl: string): void {
  if (readPostgresUrl(databaseUrl).sendsStartupParameters) return;
  throw new UrlInvalid(
    'DATABASE_URL has startup_parameters=off, with which the queue cannot be kept in PostgreSQL. ' +
      'Set REDIS_URL, or give the worker a URL that reaches PostgreSQL itself',
  );
}

interface QueueParts {
  readonly databaseUrl: string;
  readonly work: Processor;
  readonly outage: Outage;
}

/** A connection as all others are made; BullMQ has its own ideas of how long to wait for an answer. */
function jobsConnection(url: string): Omit<ConnectionConfig, 'query_timeout'> {
  const { query_timeout: _, ...config } = connectionConfig({
    url,
    applicationName: 'holdfast-jobs',
    connectTimeoutMs,
  });
  return config;
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
    ...jobsConnection(databaseUrl),
    schema: jobsSchema,
    max: poolSizeMax,
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
  const client = new Client({ ...jobsConnection(databaseUrl), query_timeout: schemaTimeoutMs });
  // Else a connection that breaks here would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await ensureJobsSchema(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
