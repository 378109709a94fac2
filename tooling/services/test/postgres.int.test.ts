import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { claimDirectory } from '../src/claim-directory.ts';
import { type Disguise, runDisguised } from '../src/disguise.ts';
import { isPortFree } from '../src/free-port.ts';
import { startPostgres } from '../src/postgres.ts';
import { findPostgresPrograms } from '../src/postgres-programs.ts';
import { signal } from '../src/process-tree.ts';
import { queryOnce } from '../src/query-once.ts';
import { startParent } from './parent.ts';
import { temporary } from './temporary.ts';

const nobody = { way: 'nobody', uid: 65_534, gid: 65_534 } as const;
const isRoot = process.getuid?.() === 0;
const canNobodyRun =
  isRoot &&
  (await runDisguised(nobody, (await findPostgresPrograms()).postgres, ['--version'])).succeeded &&
  (await runDisguised(nobody, process.execPath, ['--version'])).succeeded;

/** One cluster for all tests: each start finds what the one before it left. */
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await chmod(directory, 0o755);
  return () => rm(directory, { recursive: true, force: true });
});

async function started(disguise?: Disguise) {
  const postgres = await startPostgres({ directory, ...(disguise && { disguise }) });
  onTestFinished(() => postgres.handle.stop());
  return postgres;
}

async function valueOf(url: string, text: string): Promise<unknown> {
  const { rows } = await queryOnce(url, text);
  return Object.values(rows[0] ?? {})[0];
}

test('it is safe by default: loopback only, a password, fsync, and room for 200 connections', async () => {
  const { url } = await started();
  expect(await valueOf(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
  expect(await valueOf(url, 'SHOW unix_socket_directories')).toBe('');
  expect(await valueOf(url, 'SHOW fsync')).toBe('on');
  expect(await valueOf(url, 'SHOW synchronous_commit')).toBe('on');
  expect(await valueOf(url, 'SHOW max_connections')).toBe('200');
  expect(
    await valueOf(url, "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'"),
  ).toBe(0);
  const stranger = new URL(url);
  stranger.password = 'wrong';
  await expect(queryOnce(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a second start in the same directory finds the data of the first', async () => {
  const first = await started();
  await queryOnce(first.url, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer');
  await first.handle.stop();
  const second = await started();
  expect(await valueOf(second.url, 'SELECT answer FROM kept')).toBe(42);
});

test('after SIGKILL it restarts on the same port with everything that was committed', async () => {
  const { url, handle } = await started();
  const { port, pid } = handle;
  await queryOnce(url, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer');
  handle.kill();
  await expect.poll(() => isPortFree(port)).toBe(true);
  await handle.restart();
  expect(handle.port).toBe(port);
  expect(handle.pid).not.toBe(pid);
  expect(await valueOf(url, 'SELECT answer FROM kept')).toBe(42);
});

test('SIGKILL of its first process alone, with a busy connection, does not hinder the restart', async () => {
  const { url, handle } = await started();
  const busy = new pg.Client({ connectionString: url });
  busy.on('error', () => {});
  await busy.connect();
  const sleeping = busy.query('SELECT pg_sleep(60)').catch((error: unknown) => error);
  await sleep(100);
  signal(handle.pid, 'SIGKILL');
  await handle.restart();
  expect(await valueOf(url, 'SELECT 1')).toBe(1);
  expect(await sleeping).toBeInstanceOf(Error);
});

test('SIGSTOP freezes open connections too, SIGCONT lets them go on, and stop works while frozen', async () => {
  const { url, handle } = await started();
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  handle.kill('SIGSTOP');
  const answer = client.query('SELECT 1').then(() => 'answered');
  expect(await Promise.race([answer, sleep(300, 'silent')])).toBe('silent');
  handle.kill('SIGCONT');
  expect(await answer).toBe('answered');
  handle.kill('SIGSTOP');
  await handle.stop();
  await handle.stop();
  expect(await isPortFree(handle.port)).toBe(true);
});

test('the pid file of a killed server does not block a start when another program has its number', async () => {
  const first = await started();
  const pidFile = join(directory, 'data', 'postmaster.pid');
  const content = await readFile(pidFile, 'utf8');
  await first.handle.stop();
  await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)));
  const second = await started();
  expect(await valueOf(second.url, 'SELECT 1')).toBe(1);
});

test('a directory on which a server works is refused, and the message names the process', async () => {
  const { handle } = await started();
  const data = join(directory, 'data');
  const pidFile = { service: 'PostgreSQL', path: join(data, 'postmaster.pid'), commandHolds: data };
  await expect(claimDirectory(pidFile, 100)).rejects.toThrow(`as process ${handle.pid}`);
});

test('a start that fails says what the server said', async () => {
  const { handle } = await started();
  await handle.stop();
  const settings = join(directory, 'data', 'postgresql.auto.conf');
  await writeFile(settings, 'no_such_setting = 1\n');
  onTestFinished(() => writeFile(settings, ''));
  await expect(started()).rejects.toThrow('no_such_setting');
});

test('where there is no PostgreSQL for a system, one sentence says so, and the next one the fix', async () => {
  await expect(findPostgresPrograms('plan9-mips')).rejects.toMatchObject({
    name: 'ServiceUnavailable',
    message: expect.stringMatching(/plan9-mips is not there.*Fix: set DATABASE_URL/),
  });
});

test.runIf(canNobodyRun)('where root may not make a user map, it runs as nobody', async () => {
  const { url, handle } = await started(nobody);
  expect(await valueOf(url, 'SELECT 1')).toBe(1);
  expect(await readFile(`/proc/${handle.pid}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m);
  await handle.stop();
  const inUserMap = await started();
  expect(await valueOf(inUserMap.url, 'SELECT 1')).toBe(1);
});

test.runIf(canNobodyRun)('it runs for a user who is not root', async () => {
  const home = await temporary();
  const env = { HOME: home, XDG_CACHE_HOME: home, WITH_REDIS: 'no' };
  const { databaseUrl } = await startParent({ env, uid: nobody.uid });
  expect(await valueOf(databaseUrl, 'SELECT 1')).toBe(1);
});
