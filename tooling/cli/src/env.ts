import { resolve } from 'node:path';
import { repository } from './repository.ts';

/** What the environment says. The only place of this package that reads `process.env`. */
export interface Env {
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly authSecret: string | null;
  readonly authIssuer: string;
  readonly authAudience: string;
  readonly port: number | null;
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
  const port = Number(text('PORT') ?? Number.NaN);
  return {
    databaseUrl: text('DATABASE_URL'),
    redisUrl: text('REDIS_URL'),
    authSecret: text('AUTH_SECRET'),
    authIssuer: text('AUTH_ISSUER') ?? 'holdfast',
    authAudience: text('AUTH_AUDIENCE') ?? 'holdfast',
    port: Number.isInteger(port) ? port : null,
    stateDirectory: resolve(text('HOLDFAST_DIRECTORY') ?? repository.stateDirectory),
  };
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
