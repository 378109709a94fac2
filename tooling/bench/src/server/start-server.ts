import { fileURLToPath } from 'node:url';
import { apiNodeFlags } from '@holdfast/command';
import { startChild } from '../child.ts';
import type { ServerFunctions } from './serve.ts';

/** A server under test. Disposing of it ends it. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  prepare(): Promise<void>;
  usage(): ReturnType<ServerFunctions['usage']>;
}

/** Variables of an api's environment; `null` takes one away. */
export type Settings = Readonly<Record<string, string | null>>;

export interface ServerPlan {
  readonly name: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly authSecret: string;
  /** `null`: any free port, for itself alone. Else others may listen on the same one. */
  readonly port: number | 'any_shared' | null;
  /** Changes to its environment beyond that. */
  readonly settings?: Settings;
}

const entry = fileURLToPath(new URL('./serve.ts', import.meta.url));

/**
 * Starts a server under test in a process of its own, as in production: NODE_ENV, and the log level
 * that the api has by default.
 *
 * @example await using server = await startServer({ name: 'holdfast', port: null, ...grounds })
 */
export async function startServer(plan: ServerPlan): Promise<ServerUnderTest> {
  const { name, port } = plan;
  const child = startChild<ServerFunctions>({
    name: `The server ${name}`,
    entry,
    nodeFlags: apiNodeFlags,
    args: [name, port === null ? 'alone' : 'shared'],
    env: {
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PORT: String(typeof port === 'number' ? port : 0),
      DATABASE_URL: plan.databaseUrl,
      REDIS_URL: plan.redisUrl,
      REDIS_PREFIX: plan.redisPrefix,
      AUTH_SECRET: plan.authSecret,
      AUTH_JWKS_URL: null,
      ADMIN_PORT: null,
      ADMIN_TOKEN: null,
      // Loads call more often than people do.
      USER_CALL_COUNT_MAX: '0',
      KEY_CALL_COUNT_MAX: '0',
      // Whoever runs the bench may have a collector: nothing of it is traced unless a setting says so.
      OTEL_SDK_DISABLED: 'true',
      ...plan.settings,
    },
  });
  const { remote } = child;
  return {
    url: await remote.url(),
    prepare: () => remote.prepare(),
    usage: () => remote.usage(),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
