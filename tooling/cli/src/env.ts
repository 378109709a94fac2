import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { UsageError } from './failure.ts';
import { databaseUrl, poolSize, portNumber, redisUrl } from './options.ts';
import { repository } from './repository.ts';

/**
 * What the environment says. The only place of this package that reads `process.env`.
 *
 * The addresses and the numbers are checked as the options of that meaning are, and only when they are
 * read: what a command does not use may be wrong. Reading one that is wrong throws UsageError.
 */
export interface Env {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** The password of the role that api and worker connect as: see `migrate --grant-to`. */
  readonly appDatabasePassword: string | null;
  readonly authSecret: string | null;
  readonly authIssuer: string;
  readonly authAudience: string;
  readonly port: number | null;
  readonly databasePoolSize: number | null;
  /** TERM=dumb or NO_COLOR: nothing but text, also on a terminal. */
  readonly wantsPlainText: boolean;
  /** Where `start` keeps its data. */
  readonly stateDirectory: string;
}

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that the commands understand. An empty variable counts as not set.
 *
 * @example readEnv({ DATABASE_URL: '' }).databaseUrl // null
 */
export function readEnv(source: Source = process.env): Env {
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
    get port() {
      return parsed('PORT', portNumber);
    },
    get databasePoolSize() {
      return parsed('DATABASE_POOL_SIZE', poolSize);
    },
    appDatabasePassword: text('APP_DATABASE_PASSWORD'),
    authSecret: text('AUTH_SECRET'),
    authIssuer: text('AUTH_ISSUER') ?? 'holdfast',
    authAudience: text('AUTH_AUDIENCE') ?? 'holdfast',
    wantsPlainText: text('TERM') === 'dumb' || text('NO_COLOR') !== null,
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

/**
 * From now on the environment names no servers, for this process and its children. For a command
 * that breaks its servers: those that somebody else uses must not be among them.
 */
export function forgetGivenServers(): void {
  delete process.env.DATABASE_URL;
  delete process.env.REDIS_URL;
}

/** The environment of a child process: this one's, with `changes`; `null` takes a variable away. */
export function childEnv(changes: Readonly<Record<string, string | null>>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete env[name];
    else env[name] = value;
  }
  return env;
}
