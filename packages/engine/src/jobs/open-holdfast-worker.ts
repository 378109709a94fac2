import { openDatabase, readIdentity } from '@holdfast/data';
import { createMetricsRegistry, type Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import { silentLogger } from '../silent-logger.ts';
import type { Backend } from './backend.ts';
import { sweepLimits } from './expire-holds.ts';
import { openBackend } from './open-backend.ts';
import { noRetention, type Retention } from './retain.ts';
import { type RunningWorker, startWorker } from './start-worker.ts';
import { createWorkerMetrics } from './worker-metrics.ts';

/** How a worker is opened. With `databaseUrl` alone its queue is kept in PostgreSQL. */
export interface HoldfastWorkerOptions {
  /** `postgres://user:password@host/database`, migrated (`holdfast migrate`). */
  readonly databaseUrl: string;
  /** `redis://host:6379`, where the api or `openHoldfast` has one: the queue is kept there, and it is reconciled. */
  readonly redisUrl?: string | undefined;
  /** Begins every key in Redis. One database has one prefix, in all its processes. Default `holdfast`. */
  readonly redisPrefix?: string;
  /** How often the invariants are checked, from 1,000 ms. Default 60,000. */
  readonly auditEveryMs?: number;
  /** What may leave the tables, and when. Default: nothing does. */
  readonly retention?: Partial<Retention>;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Where its metrics are registered; it may be that of `openHoldfast`. Default: a registry of its own. */
  readonly registry?: Registry;
}

/** The jobs of Holdfast in this process. */
export interface HoldfastWorker extends RunningWorker {
  /** Where the queue is kept. */
  readonly queueOn: Backend['name'];
  /** Lets the runs in hand end, and closes every connection. */
  stop(): Promise<void>;
}

/** One each to look for lapsed holds, for the relay, the reconciliation and the audit; two for the retention. */
const readCountMax = 6;

/** And a connection for each event that is swept at the same time. */
const poolSizeMax = sweepLimits.concurrency + readCountMax;

const auditEveryMsMin = 1_000;
const auditEveryMsDefault = 60_000;

/**
 * Runs Holdfast's jobs in this process: sweeps lapsed holds, relays changes to watchers, reconciles Redis,
 * audits. Any number of workers of one database share the work. PostgreSQL and Redis may be away, now
 * or later. apps/worker is a process around this.
 *
 * @throws UrlInvalid, RangeError (`auditEveryMs`, `redisPrefix`), RedisUnfit (Redis evicts, or is another
 *   deployment's)
 * @example
 * const worker = await openHoldfastWorker({ databaseUrl: 'postgres://localhost/holdfast' });
 * await worker.ready;
 * await worker.stop();
 */
export async function openHoldfastWorker(options: HoldfastWorkerOptions): Promise<HoldfastWorker> {
  const { databaseUrl, redisUrl, redisPrefix = 'holdfast', logger: log = silentLogger() } = options;
  const { registry = createMetricsRegistry('holdfast-worker') } = options;
  const auditEveryMs = requirePeriod(options.auditEveryMs ?? auditEveryMsDefault);
  const metrics = createWorkerMetrics(registry);
  const applicationName = 'holdfast-worker';
  const database = await openDatabase({
    url: databaseUrl,
    poolSizeMax,
    readCountMax,
    applicationName,
  });
  const identify = () => readIdentity(database);
  try {
    const backend = openBackend({ redisUrl, redisPrefix, databaseUrl, identify, log, metrics });
    await checkOrClose(backend);
    const retention = { ...noRetention, ...options.retention };
    const worker = startWorker({ database, backend, log, metrics, auditEveryMs, retention });
    return {
      ...worker,
      queueOn: backend.name,
      async stop() {
        await worker.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function requirePeriod(auditEveryMs: number): number {
  if (auditEveryMs >= auditEveryMsMin) return auditEveryMs;
  throw new RangeError(`auditEveryMs is ${auditEveryMs}. Set it to ${auditEveryMsMin} or more.`);
}

async function checkOrClose(backend: Backend): Promise<void> {
  try {
    await backend.check();
  } catch (error) {
    await backend.close();
    throw error;
  }
}
