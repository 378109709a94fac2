import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { claimDirectory } from './claim-directory.ts';
import { findFreePort } from './free-port.ts';
import { ensurePassword } from './password.ts';
import { ping, type RedisSettings, startRedis } from './redis.ts';
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

/** PEM files: a certificate for 127.0.0.1, its key, and who issued it. */
export interface RedisTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

export interface SentinelsOptions {
  readonly sentinelCount: number;
  /** All of them speak TLS alone, to clients and to each other. Left out: plain text. */
  readonly tls?: RedisTls | undefined;
  /** For so long a master must be silent before a sentinel takes it for dead. */
  readonly downAfterMs: number;
}

const masterName = 'holdfast';
const host = '127.0.0.1';

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
    const { tls } = options;
    const pairPlan = { program, passwordFile, password, tls };
    const { servers, masterPort } = await startPair(pairPlan, directory, keep);
    const plan = { ...options, program, password, masterPort };
    const sentinels: ServiceHandle[] = [];
    for (let index = 0; index < options.sentinelCount; index += 1) {
      const place = join(directory, `sentinel-${index}`);
      sentinels.push(keep(await startSentinel(plan, place)));
    }
    await untilAgreed(sentinels, { password, tls });
    const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const scheme = tls ? 'rediss+sentinel' : 'redis+sentinel';
    const url = `${scheme}://:${password}@${hosts}/${masterName}?sentinel_password=${password}`;
    return { url, servers, password, sentinels, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface PairPlan {
  readonly program: RedisProgram;
  readonly passwordFile: string;
  readonly password: string;
  readonly tls: RedisTls | undefined;
}

type Keep = (handle: ServiceHandle) => ServiceHandle;

/** A master, and its replica when that is in step. */
async function startPair(
  { tls, password, ...shared }: PairPlan,
  directory: string,
  keep: Keep,
): Promise<{ servers: readonly [ServiceHandle, ServiceHandle]; masterPort: number }> {
  const one = { ...shared, isPersistent: false };
  const own = tls && (await tlsPort(tls));
  const first = { directory: join(directory, 'first'), settings: own?.settings ?? {} };
  const master = keep((await startRedis({ ...one, ...first })).handle);
  const masterPort = own?.port ?? master.port;
  const settings = {
    replicaof: `127.0.0.1 ${masterPort}`,
    ...(tls && (await tlsPort(tls)).settings),
  };
  const second = { directory: join(directory, 'second'), settings };
  const replica = keep((await startRedis({ ...one, ...second })).handle);
  await untilFollowed(replica, password);
  if (tls) await closePlainPorts([master, replica], password);
  return { servers: [master, replica], masterPort };
}

/** What a Redis says that listens for TLS on a port of its own, and follows a master by TLS. */
async function tlsPort(tls: RedisTls): Promise<{ port: number; settings: RedisSettings }> {
  const port = await findFreePort();
  return { port, settings: { 'tls-port': port, ...tlsSettings(tls) } };
}

const tlsSettings = ({ certFile, keyFile, caFile }: RedisTls) => ({
  'tls-cert-file': certFile,
  'tls-key-file': keyFile,
  'tls-ca-cert-file': caFile,
  'tls-auth-clients': 'no',
  // Between servers, and from a sentinel to all that it asks.
  'tls-replication': 'yes',
});

/** They were needed to see that the servers are up. */
async function closePlainPorts(servers: readonly ServiceHandle[], password: string): Promise<void> {
  await withClients(servers, { password }, (clients) =>
    Promise.all(clients.map((client) => client.config('SET', 'port', '0'))),
  );
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
    ping: (port) =>
      ping(`${plan.tls ? 'rediss' : 'redis'}://:${password}@127.0.0.1:${port}`, caOf(plan.tls)),
  });
}

interface SentinelPlace {
  readonly port: number;
  readonly directory: string;
  readonly pidFile: string;
}

function configOf(
  { sentinelCount, downAfterMs, password, masterPort, tls }: SentinelPlan,
  { port, directory, pidFile }: SentinelPlace,
): string {
  const quorum = Math.floor(sentinelCount / 2) + 1;
  return [
    'bind 127.0.0.1',
    ...portLines(port, tls),
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

function portLines(port: number, tls: RedisTls | undefined): readonly string[] {
  if (tls === undefined) return [`port ${port}`];
  const settings = { 'tls-port': port, ...tlsSettings(tls) };
  return ['port 0', ...Object.entries(settings).map(([name, value]) => `${name} ${value}`)];
}

/** A sentinel that does not know the replica promotes none, and one that is alone has no majority. */
async function untilAgreed(sentinels: readonly ServiceHandle[], access: Access): Promise<void> {
  const wanted = new RegExp(`status=ok,.*slaves=1,sentinels=${sentinels.length}\\b`);
  const areAgreed = (clients: readonly Redis[]) => async () => {
    const infos = await Promise.all(clients.map((client) => client.info('sentinel')));
    return infos.every((info) => wanted.test(info));
  };
  await withClients(sentinels, access, (clients) =>
    until(areAgreed(clients), 'The sentinels did not find each other'),
  );
}

/** Sentinels ask a master for its replicas every ten seconds, so it must know them before they begin. */
async function untilFollowed(replica: ServiceHandle, password: string): Promise<void> {
  await withClients([replica], { password }, async ([client]) => client && untilInStep(client));
}

/** What opens a server. */
interface Access {
  readonly password: string;
  readonly tls?: RedisTls | undefined;
}

function caOf(tls: RedisTls | undefined) {
  return tls && { ca: readFileSync(tls.caFile) };
}

async function withClients(
  servers: readonly ServiceHandle[],
  { password, tls }: Access,
  work: (clients: readonly Redis[]) => Promise<unknown>,
): Promise<void> {
  const secured = tls === undefined ? {} : { tls: caOf(tls) };
  const clients = servers.map(
    ({ port }) => new Redis({ host, port, password, ...secured, retryStrategy: () => null }),
  );
  // A failed command says so itself.
  for (const client of clients) client.on('error', () => {});
  try {
    await work(clients);
  } finally {
    for (const client of clients) client.disconnect();
  }
}
