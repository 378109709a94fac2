import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../env.ts';
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

/** The production default. A line a request goes to /dev/null. */
const logLevel = 'info';

/**
 * Starts a server under test in a process of its own, as in production: NODE_ENV, and the log level
 * that the api has by default.
 *
 * @example await using server = await startServer({ name: 'holdfast', port: null, ...grounds })
 */
export async function startServer(plan: ServerPlan): Promise<ServerUnderTest> {
  const isShared = plan.port !== null;
  const port = typeof plan.port === 'number' ? plan.port : 0;
  const process = spawn(
    globalThis.process.execPath,
    [entry, plan.name, isShared ? 'shared' : 'alone'],
    {
      detached: true,
      env: childEnv({
        NODE_ENV: 'production',
        LOG_LEVEL: logLevel,
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: plan.databaseUrl,
        REDIS_URL: plan.redisUrl,
        REDIS_PREFIX: plan.redisPrefix,
        AUTH_SECRET: plan.authSecret,
        AUTH_JWKS_URL: null,
        ADMIN_PORT: null,
      }),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const ended = once(process, 'exit').then(() => {
    throw new Error(`The server ${plan.name} ended.`);
  });
  // It ends when nobody waits for anything, too.
  ended.catch(() => {});
  const nextReply = async <Type extends Reply['type']>(type: Type) => {
    const signal = AbortSignal.timeout(replyTimeoutMs);
    const said = once(process, 'message', { signal }) as Promise<[Reply]>;
    const [reply] = await Promise.race([said, ended]);
    if (reply.type !== type) throw new Error(`The server ${plan.name} said ${reply.type}.`);
    return reply as Extract<Reply, { type: Type }>;
  };
  const ask = async <Type extends Reply['type']>(message: Ask, type: Type) => {
    const reply = nextReply(type);
    process.send(message);
    return reply;
  };
  const { url } = await nextReply('listening');
  return {
    url,
    prepare: async () => void (await ask({ type: 'prepare' }, 'prepared')),
    usage: () => ask({ type: 'usage' }, 'usage'),
    async [Symbol.asyncDispose]() {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const exited = once(process, 'exit');
      process.kill('SIGKILL');
      await exited;
    },
  };
}
