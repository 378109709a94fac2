import { openDatabase } from '@holdfast/data';
import { type Env, EnvInvalid, readEnv } from './env.ts';
import { sweepLimits } from './expire-holds.ts';
import { createLogger, redactUrl, secretsOf } from './logger.ts';
import { startWorker } from './start-worker.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** A commit that PostgreSQL does not answer ends within 20 s. Kubernetes waits 30 s. */
const stopTimeoutMs = 25_000;

await start(readEnvOrExit());

async function start(env: Env): Promise<void> {
  const log = createLogger({
    level: env.LOG_LEVEL,
    secrets: secretsOf([env.DATABASE_URL, env.REDIS_URL]),
  });
  const database = await openDatabase({
    url: env.DATABASE_URL,
    // A connection for each event that is swept at the same time, and one to look for more.
    poolSizeMax: sweepLimits.concurrency + 1,
    applicationName: 'holdfast-worker',
  });
  const worker = startWorker({
    database,
    redisUrl: env.REDIS_URL,
    queuePrefix: env.QUEUE_PREFIX,
    log,
  });
  stopOnSignals({
    log,
    timeoutMs: stopTimeoutMs,
    stop: async () => {
      await worker.stop();
      await database.close();
    },
  });
  await worker.ready;
  log.info(
    {
      redis: redactUrl(env.REDIS_URL),
      database: redactUrl(env.DATABASE_URL),
      queuePrefix: env.QUEUE_PREFIX,
    },
    'ready',
  );
}

function readEnvOrExit(): Env {
  try {
    return readEnv();
  } catch (error) {
    if (!(error instanceof EnvInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
