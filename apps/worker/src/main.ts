import { openDatabase, readIdentity } from '@holdfast/data';
import {
  type AdminServer,
  type AdminServerOptions,
  adminFrom,
  createLogger,
  createMetricsRegistry,
  exitOnBugs,
  exitWhenLogged,
  openStandardOutput,
  redactUrl,
  settingsOrExit,
  startAdminServer,
  stopOnSignals,
} from '@holdfast/process';
import { dashboardOf } from './dashboard.ts';
import { type Env, readEnv, secretsOf } from './env.ts';
import { sweepLimits } from './expire-holds.ts';
import { openGround } from './open-ground.ts';
import { startWorker } from './start-worker.ts';
import { createWorkerMetrics } from './worker-metrics.ts';

/** A commit that PostgreSQL does not answer ends within 20 s. Kubernetes waits 30 s. */
const stopTimeoutMs = 25_000;
/** One each to look for lapsed holds, for the relay, the reconciliation and the audit. */
const readCountMax = 4;

/** And a connection for each event that is swept at the same time. */
const poolSizeMax = sweepLimits.concurrency + readCountMax;

await start(settingsOrExit(() => readEnv()));

async function start(env: Env): Promise<void> {
  const stream = openStandardOutput();
  const secrets = secretsOf(env);
  const log = createLogger({ service: 'worker', level: env.LOG_LEVEL, secrets, stream });
  const exit = exitWhenLogged(stream);
  exitOnBugs(log, exit);
  const registry = createMetricsRegistry('worker');
  const metrics = createWorkerMetrics(registry);
  const database = await openDatabase({
    url: env.DATABASE_URL,
    poolSizeMax,
    readCountMax,
    applicationName: 'holdfast-worker',
  });
  const ground = openGround({
    redisUrl: env.REDIS_URL,
    redisPrefix: env.REDIS_PREFIX,
    databaseUrl: env.DATABASE_URL,
    identify: () => readIdentity(database),
    log,
    metrics,
  });
  try {
    await ground.check();
  } catch (error) {
    log.fatal({ err: error }, 'cannot start');
    return exit(1);
  }
  const auditEveryMs = env.AUDIT_EVERY_MS;
  const worker = startWorker({ database, ground, log, metrics, auditEveryMs });
  const admin = await startAdmin(env, {
    registry,
    logger: log,
    health: worker.health,
    extend: dashboardOf(worker),
  });
  stopOnSignals({
    logger: log,
    exit,
    timeoutMs: stopTimeoutMs,
    stop: async () => {
      await admin?.close();
      await worker.stop();
      await database.close();
    },
  });
  await worker.ready;
  log.info({ ...describe(env), ground: ground.name, adminUrl: admin?.url ?? null }, 'ready');
}

type AdminParts = Pick<AdminServerOptions, 'registry' | 'logger' | 'health' | 'extend'>;

async function startAdmin(env: Env, parts: AdminParts): Promise<AdminServer | null> {
  const options = adminFrom(env);
  return options && startAdminServer({ ...options, ...parts });
}

/** What it stands on, without passwords. */
function describe({ REDIS_URL, REDIS_PREFIX, DATABASE_URL }: Env) {
  return {
    redis: REDIS_URL === undefined ? null : redactUrl(REDIS_URL),
    redisPrefix: REDIS_PREFIX,
    database: redactUrl(DATABASE_URL),
  };
}
