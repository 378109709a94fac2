import { openDatabase } from '@holdfast/data';
import {
  createLogger,
  exitOnBugs,
  exitWhenLogged,
  openStandardOutput,
  redactUrl,
  secretsOfUrl,
  settingsOrExit,
  stopOnSignals,
} from '@holdfast/process';
import { type Env, readEnv } from './env.ts';
import { sweepLimits } from './expire-holds.ts';
import { startWorker } from './start-worker.ts';

/** A commit that PostgreSQL does not answer ends within 20 s. Kubernetes waits 30 s. */
const stopTimeoutMs = 25_000;

await start(settingsOrExit(() => readEnv()));

async function start(env: Env): Promise<void> {
  const stream = openStandardOutput();
  const secrets = [env.DATABASE_URL, env.REDIS_URL].flatMap(secretsOfUrl);
  const log = createLogger({ service: 'worker', level: env.LOG_LEVEL, secrets, stream });
  const exit = exitWhenLogged(stream);
  exitOnBugs(log, exit);
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
    logger: log,
    exit,
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
