import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { claimDirectory } from './claim-directory.ts';
import { chooseDisguise, type Disguise } from './disguise.ts';
import { forgetClientSettings, serverEnv } from './env.ts';
import { ensurePassword } from './password.ts';
import { type Cluster, ensureCluster, roleName } from './postgres-cluster.ts';
import { type Host, thisHost } from './host.ts';
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts';
import { queryOnce } from './query-once.ts';
import { type ServerPlan, type ServiceHandle, startServer } from './server.ts';

const databaseName = 'holdfast';

export interface PostgresPlan {
  readonly directory: string;
  readonly disguise?: Disguise;
  /** Left out: this machine's own address for itself. */
  readonly host?: Host;
  /** Left out: those that `pnpm install` brings. */
  readonly programs?: PostgresPrograms;
  /** Beside ours, or in their place. */
  readonly settings?: Cluster['settings'];
  /** Lets in everybody on this machine without a password. */
  readonly trusts?: boolean;
}

/**
 * Start a PostgreSQL on 127.0.0.1, or on the host that is given, whose data lies in `directory` (made where it is missing), with
 * one empty database. Every commit is on disk before it is acknowledged (fsync is on). What the
 * environment says of other servers is forgotten (`forgetClientSettings`).
 *
 * @throws ServiceUnavailable where this machine cannot run it.
 */
export async function startPostgres({
  directory,
  disguise,
  host = thisHost,
  programs,
  settings = {},
  trusts = false,
}: PostgresPlan): Promise<{ url: string; handle: ServiceHandle }> {
  forgetClientSettings();
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o700);
  const passwordFile = join(directory, 'password');
  const password = await ensurePassword(passwordFile);
  const cluster: Cluster = {
    dataDirectory: join(directory, 'data'),
    passwordFile,
    programs: programs ?? (await findPostgresPrograms()),
    disguise: disguise ?? (await chooseDisguise()),
    host,
    settings,
    trusts,
  };
  await ensureCluster(cluster);
  const urlOf = (port: number, database: string) =>
    `postgres://${roleName}:${password}@${host.address}:${port}/${database}`;
  const handle = await runCluster(cluster, (port) => urlOf(port, 'postgres'));
  await ensureDatabase(urlOf(handle.port, 'postgres'));
  return { url: urlOf(handle.port, databaseName), handle };
}

/** Start the server of a cluster that is there. */
export async function runCluster(
  cluster: Cluster,
  urlOf: (port: number) => string,
): Promise<ServiceHandle> {
  return startServer({
    name: 'PostgreSQL',
    logFile: join(dirname(cluster.dataDirectory), 'server.log'),
    portCount: 1,
    passingComplaint: /pre-existing shared memory block/,
    prepare: () => claimCluster(cluster),
    command: (port) => commandFor(cluster, port),
    ping: (port) => queryOnce(urlOf(port), 'SELECT 1').then(() => undefined),
  } satisfies ServerPlan);
}

function claimCluster({ dataDirectory }: Cluster): Promise<void> {
  return claimDirectory({
    service: 'PostgreSQL',
    path: join(dataDirectory, 'postmaster.pid'),
    commandHolds: dataDirectory,
  });
}

function commandFor(cluster: Cluster, port: number) {
  const { programs, dataDirectory, disguise, host } = cluster;
  const settings = {
    listen_addresses: host.address,
    port,
    // The path of a socket may have 107 characters, and a folder of tests may be longer.
    unix_socket_directories: '',
    max_connections: 200,
    fsync: 'on',
    ...cluster.settings,
  };
  return {
    program: programs.postgres,
    args: [
      '-D',
      dataDirectory,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    input: '',
    env: serverEnv(),
    disguise,
    enter: host.enter,
  };
}

async function ensureDatabase(url: string): Promise<void> {
  const found = await queryOnce(url, 'SELECT FROM pg_database WHERE datname = $1', {
    values: [databaseName],
  });
  if (found.rowCount === 0)
    await queryOnce(url, `CREATE DATABASE ${databaseName} TEMPLATE template0`);
}
