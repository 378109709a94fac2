import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { Ask, Reply, Usage } from './talk.ts';

/** A server under test. Disposing of it ends it. */
export interface ServerUnderTest extends AsyncDisposable {
  readonly url: string;
  /** Tells it that events have been put on sale. */
  prepare(): Promise<void>;
  usage(): Promise<Usage>;
}

export interface ServerPlan {
  /** A way or a ceiling. */
  readonly name: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly authSecret: string;
  /** `null`: any free port, for itself alone. Else others may listen on the same one. */
  readonly port: number | 'any_shared' | null;
}

const entry = fileURLToPath(new URL('./serve.ts', import.meta.url));
const replyTimeoutMs = 60_000;

/** The production default. */
const logLevel = 'info';

/**
 * Starts a server under test in a process of its own, as in production: NODE_ENV, and the log level
 * that the api has by default.
 *
 * @example await using server = await startServer({ name: 'holdfast', port: null, ...grounds })
 */
export async function startServer(plan: ServerPlan): Promise<ServerUnderTest> {
  const child = startChild<Reply>({
    name: `The server ${plan.name}`,
    entry,
    args: [plan.name, plan.port === null ? 'alone' : 'shared'],
    env: environmentOf(plan),
  });
  const next = async (): Promise<Reply> => {
    const reply = await child.next(replyTimeoutMs);
    if (reply.type === 'failed') throw new Error(`The server ${plan.name}: ${reply.message}`);
    return reply;
  };
  const ask = async (message: Ask): Promise<Reply> => {
    const reply = next();
    child.send(message);
    return reply;
  };
  const first = await next();
  if (first.type !== 'listening') throw new Error(`The server ${plan.name} does not listen.`);
  return {
    url: first.url,
    prepare: async () => void (await ask({ type: 'prepare' })),
    async usage() {
      const reply = await ask({ type: 'usage' });
      if (reply.type !== 'usage') throw new Error(`The server ${plan.name} said ${reply.type}.`);
      return reply;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

function environmentOf(plan: ServerPlan): Readonly<Record<string, string | null>> {
  return {
    LOG_LEVEL: logLevel,
    HOST: '127.0.0.1',
    PORT: String(typeof plan.port === 'number' ? plan.port : 0),
    DATABASE_URL: plan.databaseUrl,
    REDIS_URL: plan.redisUrl,
    REDIS_PREFIX: plan.redisPrefix,
    AUTH_SECRET: plan.authSecret,
    AUTH_JWKS_URL: null,
    ADMIN_PORT: null,
    ADMIN_TOKEN: null,
  };
}
