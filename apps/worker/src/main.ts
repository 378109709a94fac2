import { type HoldfastWorker, openHoldfastWorker } from '@holdfast/engine/worker';
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
import { openTelemetry } from '@holdfast/telemetry';
import { dashboardOf } from './dashboard.ts';
import { type Env, readEnv, secretsOf } from './env.ts';

/** A commit that PostgreSQL does not answer ends within 20 s. Kubernetes waits 30 s. */
const stopTimeoutMs = 25_000;

await start(settingsOrExit(() => readEnv()));

async function start(env: Env): Promise<void> {
  const stream = openStandardOutput();
  const secrets = secretsOf(env);
  const log = createLogger({ service: 'worker', level: env.LOG_LEVEL, secrets, stream });
  const exit = exitWhenLogged(stream);
  exitOnBugs(log, exit);
  const registry = createMetricsRegistry('worker');
  const service = 'holdfast-worker';
  const telemetry = await openTelemetry({ settings: env, service, registry, logger: log });
  let worker: HoldfastWorker;
  try {
    worker = await openHoldfastWorker({
      databaseUrl: env.DATABASE_URL,
      redisUrl: env.REDIS_URL,
      redisPrefix: env.REDIS_PREFIX,
      auditEveryMs: env.AUDIT_EVERY_MS,
      retention: {
        eventDays: env.RETENTION_EVENT_DAYS ?? null,
        outboxHours: env.RETENTION_OUTBOX_HOURS ?? null,
      },
      logger: log,
      registry,
    });
  } catch (error) {
    log.fatal({ err: error }, 'cannot start');
    return exit(1);
  }
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
      await telemetry.close();
    },
  });
  await worker.ready;
  log.info({ ...describe(env), queueOn: worker.queueOn, adminUrl: admin?.url ?? null }, 'ready');
}

type AdminParts = Pick<AdminServerOptions, 'registry' | 'logger' | 'health' | 'extend'>;

async function startAdmin(env: Env, parts: AdminParts): Promise<AdminServer | null> {
  const options = adminFrom(env);
  return options && startAdminServer({ ...options, ...parts });
}

/** What it works with, without passwords. */
function describe({ REDIS_URL, REDIS_PREFIX, DATABASE_URL }: Env) {
  return {
    redis: REDIS_URL === undefined ? null : redactUrl(REDIS_URL),
    redisPrefix: REDIS_PREFIX,
    database: redactUrl(DATABASE_URL),
  };
}
