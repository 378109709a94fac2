import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@holdfast/services';
import { freshDatabase, freshPrefix } from '@holdfast/testing';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { commandLine, givenServices, runCommand, runShell } from './command.ts';

const secret = 'a secret of at least thirty-two characters';
const fullDisk = '/dev/full';
const hasFullDisk = existsSync(fullDisk);

let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await freshDatabase();
  await runCommand(['migrate', '--database-url', databaseUrl]);
});

const commands = [
  { words: '--help', exitCode: 0 },
  { words: 'token', exitCode: 0 },
  { words: 'audit', exitCode: 0 },
  { words: 'audit --event 0198c0de-0000-7000-8000-000000000000', exitCode: 2 },
];

/** Runs a command whose output goes where `where` says, and gives its own exit code. */
async function runInto(words: string, where: string) {
  const env = { AUTH_SECRET: secret, DATABASE_URL: databaseUrl };
  const { stderr } = await runShell(
    `exec 3>&2; { ${commandLine(words)}; echo "exit $?" >&3; } ${where}`,
    env,
  );
  const [, told = '', code] = /^([^]*)exit (\d+)\n$/.exec(stderr) ?? [];
  return { told, exitCode: Number(code) };
}

test.each(commands)(
  'whoever stops reading ends no command, and changes no exit code: $words | true',
  async ({ words, exitCode }) => {
    const [one, both] = await Promise.all([
      runInto(words, '| true'),
      runInto(words, '2>&1 | true'),
    ]);
    expect(one.exitCode).toBe(exitCode);
    expect(one.told).not.toContain('EPIPE');
    expect(both).toEqual({ told: '', exitCode });
  },
);

test.runIf(hasFullDisk).each(commands.filter(({ exitCode }) => exitCode === 0))(
  'a report that finds no room is told in one line, and the command has failed: $words',
  async ({ words }) => {
    const [one, both] = await Promise.all([
      runInto(words, `> ${fullDisk}`),
      runInto(words, `> ${fullDisk} 2>&1`),
    ]);
    const told = 'error: the output cannot be written: ENOSPC: no space left on device, write\n';
    expect(one).toEqual({ told, exitCode: 1 });
    expect(both).toEqual({ told: '', exitCode: 1 });
  },
);

test.runIf(hasFullDisk)('progress that finds no room is no failure', async () => {
  const words = 'stress --users 20 --seats 10 --json';
  const { exitCode, stdout } = await runShell(
    `${commandLine(words)} 2> ${fullDisk}`,
    givenServices(),
  );
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
});

const programs = [{ app: 'api' }, { app: 'worker' }];

/** Starts the api or the worker; both listen on a port, from which to see that they are up. */
async function startApp(app: string, stdout: 'pipe' | number) {
  const port = await findFreePort();
  const main = fileURLToPath(new URL(`../../../apps/${app}/main.js`, import.meta.url));
  const env = {
    ...givenServices(),
    DATABASE_URL: databaseUrl,
    REDIS_PREFIX: freshPrefix(),
    AUTH_SECRET: secret,
    ADMIN_TOKEN: secret.replaceAll(' ', '-'),
    ADMIN_PORT: String(port),
    PORT: '0',
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', stdout, 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/metrics`).then(
      () => true,
      () => false,
    );
  await expect.poll(isUp, { timeout: 30_000 }).toBe(true);
  return { child, isUp, stderr: () => stderr };
}

async function stop(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return code;
}

const toldOnce = /^The log cannot be written, and goes on without: [^\n]*\n$/;

test.runIf(hasFullDisk).each(programs)(
  'a log that finds no room is told once, and the $app goes on and ends in good order',
  async ({ app }) => {
    const full = openSync(fullDisk, 'w');
    const { child, isUp, stderr } = await startApp(app, full);
    closeSync(full);
    await expect.poll(stderr).toMatch(toldOnce);
    expect(await isUp()).toBe(true);
    expect(await stop(child)).toBe(0);
    expect(stderr()).toMatch(toldOnce);
  },
);

test.each(programs)('whoever stops reading its log does not end the $app', async ({ app }) => {
  const { child, isUp, stderr } = await startApp(app, 'pipe');
  child.stdout?.destroy();
  expect(await isUp()).toBe(true);
  expect(await stop(child)).toBe(0);
  expect(stderr().split('\n').length).toBeLessThanOrEqual(2);
});
