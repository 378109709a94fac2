import { writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { claimDirectory } from './claim-directory.ts';
import { ensurePassword } from './password.ts';
import { ping, startRedis } from './redis.ts';
import { findRedisProgram, type RedisProgram } from './redis-program.ts';
import { untilInStep } from './redis-replica.ts';
import { type ServiceHandle, startServer } from './server.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

export interface RedisWithSentinels {
  /** Names the sentinels and the master: `redis+sentinel://:password@127.0.0.1:1,127.0.0.1:2/holdfast?…`. */
  readonly url: string;
  /** The first is the master, until it fails. */
  readonly servers: readonly [ServiceHandle, ServiceHandle];
  /** What opens each of the servers. */
  readonly password: string;
  readonly sentinels: readonly ServiceHandle[];
  /** End all of them, and remove their data. Safe to repeat. */
  stop(): Promise<void>;
}

export interface SentinelsOptions {
  readonly sentinelCount: number;
  /** For so long a master must be silent before a sentinel takes it for dead. */
  readonly downAfterMs: number;
}

const masterName = 'holdfast';

/**
 * A Redis, its replica, and sentinels that promote the one when the other dies, all on 127.0.0.1: they end
 * when this process ends. Resolves when all sentinels know each other and the replica, which takes some seconds.
 *
 * Call it from the main thread: the servers end with the thread that started them.
 *
 * @throws ServiceUnavailable, with what was tried and the fix, where there is no Redis to be had.
 * @example
 * const redis = await startRedisWithSentinels({ sentinelCount: 3, downAfterMs: 1_000 })
 * redis.servers[0].kill()
 */
export async function startRedisWithSentinels(
  options: SentinelsOptions,
): Promise<RedisWithSentinels> {
  const program = await findRedisProgram(() => {});
  const directory = await makeTemporaryDirectory();
  const started: ServiceHandle[] = [];
  const stop = async () => {
    await Promise.all(started.map((handle) => handle.stop()));
    await rm(directory, { recursive: true, force: true });
  };
  const keep = (handle: ServiceHandle) => {
    started.push(handle);
    return handle;
  };
  try {
    const passwordFile = join(directory, 'password');
    const password = await ensurePassword(passwordFile);
    const one = { program, passwordFile, isPersistent: false };
    const master = await startRedis({ ...one, directory: join(directory, 'first') });
    keep(master.handle);
    const settings = { replicaof: `127.0.0.1 ${master.handle.port}` };
    const replica = await startRedis({ ...one, directory: join(directory, 'second'), settings });
    keep(replica.handle);
    await untilFollowed(replica.handle, password);
    const plan = { ...options, program, password, masterPort: master.handle.port };
    const sentinels: ServiceHandle[] = [];
    for (let index = 0; index < options.sentinelCount; index += 1) {
      const place = join(directory, `sentinel-${index}`);
      sentinels.push(keep(await startSentinel(plan, place)));
    }
    await untilAgreed(sentinels, password);
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const url = `redis+sentinel://:${password}@${hosts}/${masterName}?sentinel_password=${password}`;
    return { url, servers: [master.handle, replica.handle], password, sentinels, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface SentinelPlan extends SentinelsOptions {
  readonly program: RedisProgram;
  readonly password: string;
  readonly masterPort: number;
}

async function startSentinel(plan: SentinelPlan, directory: string): Promise<ServiceHandle> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { program, password } = plan;
  const pidFile = join(directory, 'sentinel.pid');
  // A sentinel keeps what it has learned in its own configuration, so it needs a file.
  const configFile = join(directory, 'sentinel.conf');
  return await startServer({
    name: 'Redis Sentinel',
    logFile: join(directory, 'server.log'),
    portCount: 1,
    passingComplaint: null,
    prepare: () =>
      claimDirectory({ service: 'Redis Sentinel', path: pidFile, commandHolds: '-server' }),
    command(port) {
      writeFileSync(configFile, configOf(plan, { port, directory, pidFile }), { mode: 0o600 });
      return {
        program: program.path,
        args: [configFile, '--sentinel'],
        input: '',
        env: program.env,
        disguise: { way: 'none' },
      };
    },
    ping: (port) => ping(`redis://:${password}@127.0.0.1:${port}`),
  });
}

interface SentinelPlace {
  readonly port: number;
  readonly directory: string;
  readonly pidFile: string;
}

function configOf(
  { sentinelCount, downAfterMs, password, masterPort }: SentinelPlan,
  { port, directory, pidFile }: SentinelPlace,
): string {
  const quorum = Math.floor(sentinelCount / 2) + 1;
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${directory}`,
    `pidfile ${pidFile}`,
    // Between sentinels, too.
    `requirepass ${password}`,
    `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} ${quorum}`,
    `sentinel auth-pass ${masterName} ${password}`,
    `sentinel down-after-milliseconds ${masterName} ${downAfterMs}`,
    // After a promotion that fails, the next one is tried after twice this.
    `sentinel failover-timeout ${masterName} ${10 * downAfterMs}`,
    '',
  ].join('\n');
}

/** A sentinel that does not know the replica promotes none, and one that is alone has no majority. */
async function untilAgreed(sentinels: readonly ServiceHandle[], password: string): Promise<void> {
  const wanted = new RegExp(`status=ok,.*slaves=1,sentinels=${sentinels.length}\\b`);
  const areAgreed = (clients: readonly Redis[]) => async () => {
    const infos = await Promise.all(clients.map((client) => client.info('sentinel')));
    return infos.every((info) => wanted.test(info));
  };
  await withClients(sentinels, password, (clients) =>
    until(areAgreed(clients), 'The sentinels did not find each other'),
  );
}

/** Sentinels ask a master for its replicas every ten seconds, so it must know them before they begin. */
async function untilFollowed(replica: ServiceHandle, password: string): Promise<void> {
  await withClients([replica], password, async ([client]) => client && untilInStep(client));
}

async function withClients(
  servers: readonly ServiceHandle[],
  password: string,
  work: (clients: readonly Redis[]) => Promise<unknown>,
): Promise<void> {
  const clients = servers.map(
    ({ port }) => new Redis({ port, password, retryStrategy: () => null }),
  );
  // A failed command says so itself.
  for (const client of clients) client.on('error', () => {});
  try {
    await work(clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
}
