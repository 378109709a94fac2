import type { ListenOptions } from 'node:net';
import { RedisUnfit } from '@holdfast/redis';
import {
  authenticationFrom,
  createAuthenticate,
  tellRefusedTokens,
  warnOfOpenDoors,
} from '@holdfast/auth';
import { openDatabase } from '@holdfast/data';
import { type Engine, type EngineParts, openEngine } from '@holdfast/engine';
import {
  type AdminServer,
  adminFrom,
  createLogger,
  createMetricsRegistry,
  exitOnBugs,
  exitWhenLogged,
  type Logger,
  openStandardOutput,
  settingsOrExit,
  startAdminServer,
  stopOnSignals,
} from '@holdfast/process';
import { openTelemetry } from '@holdfast/telemetry';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';
import type { Registry } from 'prom-client';
import { doorFrom } from './development/door-settings.ts';
import { type Env, readEnv, redisFrom, secretsOf } from './env.ts';
import { limitsFrom } from './limits.ts';
import { openCallerLimits } from './rates/open-caller-limits.ts';
import { createServer } from './server.ts';
import { sharedPortProblem } from './shared-port-problem.ts';
import { openSite } from './web/open-site.ts';

/** A thousand callers may arrive in the same moment; the kernel keeps them until they are accepted. */
const backlogLength = 2_048;

await start(settingsOrExit(() => readEnv()));

async function start(env: Env): Promise<void> {
  const stream = openStandardOutput();
  const logger = createLogger({
    service: 'api',
    level: env.LOG_LEVEL,
    secrets: secretsOf(env),
    stream,
  });
  const exit = exitWhenLogged(stream);
  exitOnBugs(logger, exit);
  const database = await openDatabase({
    url: env.DATABASE_URL,
    poolSizeMax: env.DATABASE_POOL_SIZE,
    applicationName: 'holdfast-api',
  });
  warnOfOpenDoors(env, logger);
  const authenticate = createAuthenticate({
    ...authenticationFrom(env),
    onRefused: tellRefusedTokens(logger),
  });
  const limits = limitsFrom(env);
  const registry = createMetricsRegistry('api');
  const engine = await openEngineOrExit(env, { database, limits, registry, logger });
  const service = 'holdfast-api';
  const telemetry = await openTelemetry({ settings: env, service, registry, logger });
  const redis = redisFrom(env);
  const callers = openCallerLimits({ settings: env, redis, registry, logger });
  const server = createServer({
    ...engine,
    authenticate,
    logger,
    limits,
    tracing: telemetry.tracing,
    callerLimits: callers.limits,
    corsOrigins: env.CORS_ORIGINS,
    site: openSite(env, logger),
    door: doorFrom(env),
  });
  const admin = await startAdmin(env, { registry, logger });
  const url = await listenOrExit(server, env);
  stopOnSignals({
    logger,
    exit,
    timeoutMs: env.DRAIN_TIMEOUT_MS,
    stop: async () => {
      await server.close();
      callers.close();
      await engine.close();
      await database.close();
      await telemetry.close();
      await admin?.close();
    },
  });
  logger.info({ url, adminUrl: admin?.url ?? null }, 'listening');
}

/** A Redis that is not fit to be used is a wrong setting, and is told as one. */
async function openEngineOrExit(env: Env, parts: EngineParts): Promise<Engine> {
  try {
    return await openEngine(parts, redisFrom(env));
  } catch (error) {
    if (!(error instanceof RedisUnfit)) throw error;
    process.stderr.write(`The api cannot start. ${error.message}\n`);
    process.exit(1);
  }
}

interface AdminParts {
  readonly registry: Registry;
  readonly logger: Logger;
}

async function startAdmin(env: Env, parts: AdminParts): Promise<AdminServer | null> {
  const settings = adminFrom(env);
  return settings === null ? null : await startAdminServer({ ...settings, ...parts });
}

/** Fastify hands to Node what its own types do not have. */
type Listening = FastifyListenOptions & Pick<ListenOptions, 'reusePort'>;

/** A port that cannot be shared is a wrong setting, and is told as one. */
async function listenOrExit(server: FastifyInstance, env: Env): Promise<string> {
  const { HOST: host, PORT: port, PORT_SHARED: isShared } = env;
  const options: Listening = { host, port, backlog: backlogLength, reusePort: isShared };
  try {
    return await server.listen(options);
  } catch (error) {
    const problem = isShared ? sharedPortProblem(error, port) : null;
    if (problem === null) throw error;
    process.stderr.write(`The api cannot start. ${problem}\n`);
    process.exit(1);
  }
}
