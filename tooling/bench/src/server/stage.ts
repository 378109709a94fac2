import {
  type Authenticate,
  createAuthenticate,
  type Env,
  type Limits,
  limitsFrom,
  readEnv,
} from '@holdfast/api/parts';
import { type Database, openDatabase } from '@holdfast/data';
import { createLogger, type Logger, openStandardOutput } from '@holdfast/process';

export interface Stage {
  readonly env: Env;
  readonly logger: Logger;
  readonly database: Database;
  readonly authenticate: Authenticate;
  readonly limits: Limits;
}

/**
 * The stage, set by the environment as the api's own process is: the same pool, log, tokens and
 * limits.
 */
export async function openStage(): Promise<Stage> {
  const env = readEnv();
  const logger = createLogger({
    service: 'bench',
    level: env.LOG_LEVEL,
    secrets: [],
    stream: openStandardOutput(),
  });
  const database = await openDatabase({
    url: env.DATABASE_URL,
    poolSizeMax: env.DATABASE_POOL_SIZE,
    applicationName: 'holdfast-bench',
  });
  const authenticate = createAuthenticate({
    keys: { type: 'secret', secret: env.AUTH_SECRET ?? '' },
    issuer: env.AUTH_ISSUER,
    audience: env.AUTH_AUDIENCE,
  });
  return { env, logger, database, authenticate, limits: limitsFrom(env) };
}
