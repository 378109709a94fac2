import { openDatabase } from '@holdfast/data';
import {
  createLogger,
  exitOnBugs,
  exitWhenLogged,
  openStandardOutput,
  settingsOrExit,
  stopOnSignals,
} from '@holdfast/process';
import type { FastifyInstance } from 'fastify';
import { createApiCommitter } from './api-committer.ts';
import { createAuthenticate, type TokenKeys } from './authenticate.ts';
import { type Env, readEnv, secretsOf } from './env.ts';
import { limitsFrom } from './limits.ts';
import { createServer } from './server.ts';

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
  const authenticate = createAuthenticate({
    keys: tokenKeysFrom(env),
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE,
  });
  const limits = limitsFrom(env);
  const committer = createApiCommitter(database, limits);
  const server = createServer({ database, committer, authenticate, logger, limits });
  const url = await listen(server, env);
  stopOnSignals({
    logger,
    exit,
    timeoutMs: env.DRAIN_TIMEOUT_MS,
    stop: async () => {
      await server.close();
      await committer.idle();
      await database.close();
    },
  });
  logger.info({ url }, 'listening');
}

async function listen(server: FastifyInstance, { HOST: host, PORT: port }: Env): Promise<string> {
  return await server.listen({ host, port, backlog: backlogLength });
}

function tokenKeysFrom({ AUTH_SECRET: secret, AUTH_JWKS_URL: url }: Env): TokenKeys {
  if (secret !== undefined) return { type: 'secret', secret };
  if (url !== undefined) return { type: 'key_set', url: new URL(url) };
  throw new Error('readEnv lets nothing through that has neither.');
}
