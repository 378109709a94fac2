import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { claimDirectory } from './claim-directory.ts';
import { ensurePassword } from './password.ts';
import { type Host, thisHost } from './host.ts';
import type { RedisProgram } from './redis-program.ts';
import { type ServerPlan, type ServiceHandle, startServer } from './server.ts';

const pingTimeoutMs = 2_000;

export interface RedisOptions {
  readonly directory: string;
  /** Keep the data over restarts (an append-only file); otherwise each start is empty. */
  readonly isPersistent: boolean;
  readonly program: RedisProgram;
  /** Where its password is, or will be; in `directory` unless told otherwise. */
  readonly passwordFile?: string;
  /** Is it one of several that make a cluster? It still has to be told of the others. */
  readonly isClusterNode?: boolean;
  readonly host?: Host;
  /** What its configuration says beside that, by Redis' own names: `{ replicaof: '127.0.0.1 6379' }`. */
  readonly settings?: RedisSettings;
}

export type RedisSettings = Readonly<Record<string, string | number>>;

/** The port of a cluster node for the other nodes is the next one after its own. */
export const busPortOffset = 1;

/** Start a Redis on 127.0.0.1 that never evicts a key, in `directory` (made where it is missing). */
export async function startRedis({
  directory,
  isPersistent,
  program,
  passwordFile = join(directory, 'password'),
  isClusterNode = false,
  host = thisHost,
  settings = {},
}: RedisOptions): Promise<{ url: string; handle: ServiceHandle }> {
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  const password = await ensurePassword(passwordFile);
  const pidFile = join(directory, 'redis.pid');
  const urlOf = (port: number) => `redis://:${password}@${host.address}:${port}`;
  const settingsFor = (port: number) => ({
    bind: host.address,
    port,
    requirepass: password,
    // For whoever becomes a replica of one with the same password.
    masterauth: password,
    // Redis would wait for 5 s for more of them.
    'repl-diskless-sync-delay': 0,
    pidfile: pidFile,
    dir: directory,
    // BullMQ's jobs and admission's fences are no cache: an evicted one is a lost one.
    'maxmemory-policy': 'noeviction',
    save: '',
    appendonly: isPersistent ? 'yes' : 'no',
    ...(isClusterNode && clusterSettings(port)),
    ...settings,
  });

  const handle = await startServer({
    name: 'Redis',
    logFile: join(directory, 'server.log'),
    portCount: isClusterNode ? 1 + busPortOffset : 1,
    passingComplaint: null,
    prepare: () => claimDirectory({ service: 'Redis', path: pidFile, commandHolds: '-server' }),
    command: (port) => ({
      program: program.path,
      args: ['-'],
      input: configOf(settingsFor(port)),
      env: program.env,
      // Redis runs as root as well.
      disguise: { way: 'none' },
      enter: host.enter,
    }),
    ping: (port) => ping(urlOf(port)),
  } satisfies ServerPlan);
  return { url: urlOf(handle.port), handle };
}

function clusterSettings(port: number) {
  return {
    'cluster-enabled': 'yes',
    'cluster-port': port + busPortOffset,
    'cluster-announce-ip': '127.0.0.1',
    'cluster-config-file': 'nodes.conf',
  };
}

/** Redis' own form of a configuration: a name and a quoted value a line. */
function configOf(settings: RedisSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${wordsOf(name, String(value))}\n`)
    .join('');
}

/** The values of most names are one word, which may have spaces. */
function wordsOf(name: string, value: string): string {
  return name === 'replicaof' ? value : JSON.stringify(value);
}

/** Throws where no Redis, and no sentinel, answers at that URL. `tls`: whom to trust. */
export async function ping(url: string, tls?: { readonly ca: Buffer }): Promise<void> {
  const redis = new Redis(url, {
    ...(tls && { tls: { ca: tls.ca } }),
    lazyConnect: true,
    connectTimeout: pingTimeoutMs,
    commandTimeout: pingTimeoutMs,
    retryStrategy: () => null,
  });
  // A refused connection is reported by connect() as well.
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}
