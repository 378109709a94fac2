import { resolve } from 'node:path';
import { UsageError } from '@holdfast/command';
import { readSecretFiles } from '@holdfast/process';
import { InvalidArgumentError } from 'commander';
import { databaseUrl, poolSize, portNumber, redisUrl } from './commands/options.ts';
import { repository } from './stack/repository.ts';

export type Env = ReturnType<typeof readEnv>;

/**
 * Reads the variables that the commands understand: the only place of this package that reads
 * `process.env`. An empty variable counts as not set, and is `null`.
 *
 * The addresses and the numbers are checked as the options of that meaning are, and only when they are
 * read: what a command does not use may be wrong. Reading one that is wrong throws UsageError.
 *
 * @example readEnv({ DATABASE_URL: '' }).databaseUrl // null
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env) {
  const text = (name: string) => source[name] || null;
  const parsed = <T>(name: string, parse: (given: string) => T): T | null => {
    const given = text(name);
    return given === null ? null : parseVariable(name, given, parse);
  };
  return {
    get databaseUrl() {
      return parsed('DATABASE_URL', databaseUrl);
    },
    get redisUrl() {
      return parsed('REDIS_URL', redisUrl);
    },
    redisPrefix: text('REDIS_PREFIX') ?? 'holdfast',
    get port() {
      return parsed('PORT', portNumber);
    },
    get databasePoolSize() {
      return parsed('DATABASE_POOL_SIZE', poolSize);
    },
    /** The password of the role that api and worker connect as: see `migrate --grant-to`. */
    appDatabasePassword: text('APP_DATABASE_PASSWORD'),
    /** Does `start` serve pages? As the api reads it. */
    wantsPages: text('WEB') !== 'false',
    /** Is there a screen, where the system has none by itself? */
    hasDisplay: text('DISPLAY') !== null || text('WAYLAND_DISPLAY') !== null,
    /** Then no link signs anybody in. */
    isProduction: text('NODE_ENV') === 'production',
    authSecret: text('AUTH_SECRET'),
    authIssuer: text('AUTH_ISSUER') ?? 'holdfast',
    authAudience: text('AUTH_AUDIENCE') ?? 'holdfast',
    /** Where `start` keeps its data. */
    stateDirectory: resolve(text('HOLDFAST_DIRECTORY') ?? repository.stateDirectory),
  };
}

/** The parsers are those of options, and say "It must be …". */
function parseVariable<T>(name: string, given: string, parse: (given: string) => T): T {
  try {
    return parse(given);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(error.message.replace(/^It /, `${name} `));
  }
}

/** Each may stand in a file: `DATABASE_URL_FILE`. */
const secretNames = ['DATABASE_URL', 'REDIS_URL', 'AUTH_SECRET', 'APP_DATABASE_PASSWORD'] as const;

/**
 * From now on the environment has what stands in files, for this process and its children. Throws
 * UsageError where a file cannot be meant.
 */
export function takeSecretsFromFiles(): void {
  const { values, problems } = readSecretFiles(process.env, secretNames);
  if (problems.size > 0) throw new UsageError(`${[...problems.values()].join('.\n')}.`);
  for (const [name, value] of values) {
    process.env[name] = value;
    delete process.env[`${name}_FILE`];
  }
}

/**
 * From now on the environment names no servers, for this process and its children. For a command
 * that breaks its servers: those that somebody else uses must not be among them. One that breaks no PostgreSQL may
 * keep the Citus cluster, for a database of its own.
 */
export function forgetGivenServers({ keepsCitus = false } = {}): void {
  delete process.env.DATABASE_URL;
  delete process.env.REDIS_URL;
  if (!keepsCitus) delete process.env.HOLDFAST_CITUS_URL;
}
