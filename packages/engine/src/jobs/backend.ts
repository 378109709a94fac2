import type { Admission } from '@holdfast/redis';
import type { Logger } from '@holdfast/process';
import type { Processor, Queue } from 'bullmq';
import type { Consumer } from './consumer.ts';
import type { Job } from './job.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** The queue of jobs, and this process's part in running them. */
export interface OpenQueue {
  readonly queue: Queue;
  /** Resolves once jobs are taken up, however long that takes. */
  readonly ready: Promise<void>;
  /** Lets what is kept in it be, and never waits for a server that is away. */
  close(): Promise<void>;
}

/** Where the jobs' queue is kept, and all else that differs with and without Redis. */
export interface Backend {
  readonly name: 'redis' | 'postgresql';
  /** What is kept in Redis for refusing early; `null` where there is no Redis. */
  readonly admission: Admission | null;
  /** Who has to be told of changes here, beside those that everybody has. */
  readonly consumers: readonly Consumer[];
  /** A queue in PostgreSQL costs too much for a job that runs ten times a second. */
  readonly frequentJobsScheduledBy: Job['scheduledBy'];
  /**
   * Is it fit for use? A server that does not answer in time may be, and the worker waits for it.
   *
   * @throws RedisUnfit or UrlInvalid, with the fix
   */
  check(): Promise<void>;
  /** Opens the queue, once its server can be reached. The signal ends the waiting: then null. */
  openQueue(work: Processor, signal: AbortSignal): Promise<OpenQueue | null>;
  close(): Promise<void>;
}

/** What a backend is opened with. */
export interface BackendOptions {
  /** Absent: everything is done without Redis. */
  readonly redisUrl: string | undefined;
  /** What keys in Redis begin with. Workers of one prefix share their work. */
  readonly redisPrefix: string;
  readonly databaseUrl: string;
  /** Which database that is. */
  readonly identify: () => Promise<string>;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}
