import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort, queryOnce } from '@holdfast/services';
import type { Program } from '../programs.ts';

const programs = '/usr/lib/postgresql/15/bin';
const debianPackage = 'postgresql-15';

/** What it needs of Debian: PostgreSQL 15 with the tools that npm's PostgreSQL does not have. */
export const oldPostgresPrograms: readonly Program[] = ['postgres', 'initdb', 'pg_basebackup'].map(
  (name) => ({ name: join(programs, name), debianPackage }),
);

/** Debian's package makes this user. PostgreSQL refuses root. */
const debianUser = 'postgres';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const pollIntervalMs = 50;

/** A cluster of Debian's PostgreSQL 15 on loopback, whose owner is asked for no password. */
export interface OldPostgres {
  readonly directory: string;
  readonly port: number;
  /** Of the database `holdfast`, as the owner of everything. */
  readonly url: string;
  /** As a shutdown in good order has it (`fast`). Safe to repeat. */
  stop(): Promise<void>;
}

/** Makes an empty cluster with these settings, one a line, and starts it; it has a database `holdfast`. */
export async function createOldPostgres(
  directory: string,
  settings: readonly string[],
): Promise<OldPostgres> {
  await ownDirectory(directory);
  await runAsOwner('initdb', [
    `--pgdata=${directory}`,
    '--username=holdfast',
    // On loopback, for as long as the rehearsal lasts.
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-instructions',
  ]);
  const running = await startOldPostgres(directory, settings);
  await queryOnce(running.url.replace(/holdfast$/, 'postgres'), 'create database holdfast');
  return running;
}

/** Starts a cluster that is there, with further settings, and waits until it takes queries. */
export async function startOldPostgres(
  directory: string,
  settings: readonly string[],
): Promise<OldPostgres> {
  const port = await findFreePort();
  const own = [...settings, `port = ${port}`, `listen_addresses = '127.0.0.1'`];
  const common = [`unix_socket_directories = ''`, 'max_connections = 200', 'fsync = on'];
  await appendFile(
    join(directory, 'postgresql.auto.conf'),
    `\n${[...own, ...common].join('\n')}\n`,
  );
  const log = await open(`${directory}.log`, 'a');
  const [program = '', ...args] = asOwner('postgres', ['-D', directory]);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  await once(child, 'spawn');
  await log.close();
  const url = `postgres://holdfast@127.0.0.1:${port}/holdfast`;
  const running = { directory, port, url, stop: () => stop(child) };
  try {
    await untilItAnswers(child, url.replace(/holdfast$/, 'postgres'));
    return running;
  } catch (error) {
    await stop(child);
    throw new Error(`PostgreSQL 15 did not start: see ${directory}.log`, { cause: error });
  }
}

/** Runs one of its tools to its end. Throws, with what it said, where that is no success. */
export async function runAsOwner(tool: string, args: readonly string[]): Promise<void> {
  const [program = '', ...rest] = asOwner(tool, args);
  await promisify(execFile)(program, rest, { cwd: '/' });
}

/** A folder that the cluster's owner may write to, and nobody else. */
export async function ownDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o700);
  if (process.getuid?.() === 0) {
    await promisify(execFile)('chown', ['-R', `${debianUser}:${debianUser}`, path]);
  }
}

/** A file in the cluster's folder that says something by being there. */
export async function writeSignal(directory: string, name: string): Promise<void> {
  await writeFile(join(directory, name), '');
  await ownDirectory(directory);
}

function asOwner(tool: string, args: readonly string[]): readonly string[] {
  // With us it ends, however we end.
  const command = ['setpriv', '--pdeathsig', 'INT', '--', join(programs, tool), ...args];
  if (process.getuid?.() !== 0) return command;
  return ['setpriv', `--reuid=${debianUser}`, `--regid=${debianUser}`, '--init-groups', ...command];
}

async function untilItAnswers(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await queryOnce(url, 'select');
      return;
    } catch (error) {
      if (hasEnded(child) || Date.now() > deadline) throw error;
    }
    await sleep(pollIntervalMs);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
