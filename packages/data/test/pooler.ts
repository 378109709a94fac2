import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, readServicesEnv, unpackDebianPackage } from '@holdfast/services';

/** A PgBouncer in front of a database. */
export interface Pooler {
  /** The database's URL, by way of the pooler. */
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

const startTimeoutMs = 10_000;
const pollIntervalMs = 50;

/**
 * Starts Debian's PgBouncer in this mode, unpacked into the cache folder as Redis is. It takes
 * whoever comes, and goes on to PostgreSQL with what the URL has.
 *
 * @returns null where this machine cannot have one
 */
export async function startPooler(
  databaseUrl: string,
  mode: 'session' | 'transaction' = 'session',
): Promise<Pooler | null> {
  const root = await unpackPooler();
  if (root === null) return null;
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-pooler-'));
  // It refuses root, and reads its configuration as somebody else.
  await chmod(directory, 0o755);
  const port = await findFreePort(1);
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(file, configuration(new URL(databaseUrl), { port, mode }));
  const asSomebody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(join(root, 'usr', 'sbin', 'pgbouncer'), [...asSomebody, file], {
    env: { LD_LIBRARY_PATH: await librariesIn(root) },
    stdio: 'ignore',
  });
  await untilListening(child, port);
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function configuration(
  { hostname, port, username, password, pathname }: URL,
  own: { readonly port: number; readonly mode: string },
) {
  const name = pathname.slice(1);
  return `
[databases]
${name} = host=${hostname} port=${port} dbname=${name} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own.port}
unix_socket_dir =
auth_type = any
pool_mode = ${own.mode}
`;
}

async function unpackPooler(): Promise<string | null> {
  const { cacheDirectory } = readServicesEnv();
  // A user without a home has nowhere to unpack it.
  if (cacheDirectory === null) return null;
  await mkdir(cacheDirectory, { recursive: true });
  try {
    return await unpackDebianPackage({
      name: 'pgbouncer',
      directory: join(cacheDirectory, `pgbouncer-${process.arch}`),
      check: async (root) => void (await readdir(join(root, 'usr', 'sbin'))),
      log: () => {},
    });
  } catch {
    return null;
  }
}

async function librariesIn(root: string): Promise<string> {
  const parent = join(root, 'usr', 'lib');
  const entries = await readdir(parent);
  return entries.map((entry) => join(parent, entry)).join(delimiter);
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const isListening = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isListening) return;
    await sleep(pollIntervalMs);
  }
  throw new Error('PgBouncer did not start.');
}
