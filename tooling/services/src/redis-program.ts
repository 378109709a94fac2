import { readdir, readFile, symlink } from 'node:fs/promises';
import { arch } from 'node:os';
import { delimiter, join } from 'node:path';
import { unpackDebianPackage } from './debian-packages.ts';
import { readServicesEnv, serverEnv } from './env.ts';
import { findProgram } from './find-program.ts';
import { run } from './run.ts';
import { ServiceUnavailable } from './service-unavailable.ts';

/** A Redis (or Valkey) server program and the environment that it needs. */
export interface RedisProgram {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
}

const serverNames = ['redis-server', 'valkey-server'] as const;
const debianPackage = 'redis-tools';

const fix =
  'install Redis (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), set XDG_CACHE_HOME to a folder where packages may be unpacked, or set REDIS_URL to one of yours (redis://user:password@host:6379).';

/**
 * Find a Redis server: on PATH, else in Debian's packages, unpacked into the cache folder.
 *
 * @throws ServiceUnavailable where there is none, naming what was tried.
 */
export async function findRedisProgram(log: (line: string) => void): Promise<RedisProgram> {
  const { programDirectories, cacheDirectory } = readServicesEnv();
  const env = serverEnv();
  const installed = await findProgram(serverNames, programDirectories);
  if (installed !== null) return { path: installed, env };

  try {
    if (cacheDirectory === null) throw new Error('no home folder to unpack it in');
    const directory = join(cacheDirectory, `${debianPackage}-${await nameOfSystem()}`);
    const root = await unpackDebianPackage({ name: debianPackage, directory, check: prepare, log });
    return { path: serverIn(root), env: { ...env, LD_LIBRARY_PATH: await librariesIn(root) } };
  } catch (error) {
    const hasApt = (await findProgram(['apt-get'], programDirectories)) !== null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceUnavailable(
      'Redis',
      [
        'REDIS_URL: not set',
        `${serverNames.join(', ')}: not on PATH`,
        `Debian's package ${debianPackage}: ${hasApt ? reason : 'there is no apt-get here'}`,
      ],
      fix,
    );
  }
}

/**
 * The package for tools holds the server too: it is the same program as redis-check-rdb, and acts
 * by the name under which it is called.
 */
async function prepare(root: string): Promise<void> {
  await symlink('redis-check-rdb', serverIn(root));
  const env = { ...serverEnv(), LD_LIBRARY_PATH: await librariesIn(root) };
  const { succeeded, output } = await run(serverIn(root), ['--version'], { env });
  if (!succeeded) throw new Error(`the unpacked server does not run: ${output}`);
}

function serverIn(root: string): string {
  return join(root, 'usr', 'bin', 'redis-server');
}

/** Folders of shared libraries, as `usr/lib/x86_64-linux-gnu`. */
async function librariesIn(root: string): Promise<string> {
  const parents = [join(root, 'usr', 'lib'), join(root, 'lib')];
  const found: string[] = [];
  for (const parent of parents) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter(
      (entry) => entry.isDirectory() && entry.name.includes('-linux-'),
    );
    found.push(...folders.map((folder) => join(parent, folder.name)));
  }
  return found.join(delimiter);
}

/** As `debian-12-x64`: one home folder may serve several machines. */
async function nameOfSystem(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const read = (name: string) =>
    new RegExp(`^${name}="?([\\w.-]+)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${read('ID')}-${read('VERSION_ID')}-${arch()}`;
}
