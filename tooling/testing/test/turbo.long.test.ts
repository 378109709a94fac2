import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A fresh clone has to be installed first. */
const timeoutMs = 240_000;

let folder: string;
let clone: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-clone-'));
  clone = join(folder, 'clone');
  copyFilesOfTheRepository(clone);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('turbo runs the bench of a fresh clone where only Node and npm are', {
  timeout: timeoutMs,
}, async () => {
  const ran = await runOnBarePath(['npx', 'turbo', 'bench', '--', '--tiny', '--no-write']);
  expect(ran.output).toMatch(/Tasks: +1 successful, 1 total/);
  expect(ran.exitCode).toBe(0);
});

test('it runs the tasks that check there, too, and a task that is not there is a failure', {
  timeout: timeoutMs,
}, async () => {
  const checked = await runOnBarePath(['npx', 'turbo', 'run', 'check:versions']);
  expect(checked.output).toMatch(/Tasks: +1 successful, 1 total/);
  expect(checked.exitCode).toBe(0);
  const missing = await runOnBarePath(['npx', 'turbo', 'run', 'no-such-task']);
  expect(missing.exitCode).not.toBe(0);
});

test('without the pnpm that the repository brings, turbo finds none', {
  timeout: timeoutMs,
}, async () => {
  const turbo = join(clone, 'node_modules', 'turbo', 'bin', 'turbo');
  const ran = await runOnBarePath(['node', turbo, 'run', 'check:versions']);
  expect(ran.output).toContain('package manager');
  expect(ran.exitCode).not.toBe(0);
});

/** What git would bring, with what is not committed yet. */
function copyFilesOfTheRepository(to: string): void {
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', options, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of files) {
    const isThere = file !== '' && existsSync(join(root, file));
    if (isThere) cpSync(join(root, file), join(to, file), { recursive: true });
  }
  execFileSync('git', ['init', '--quiet'], { cwd: to });
}

/** Runs a command of the clone with Node, npm and the system's own commands on its PATH. */
async function runOnBarePath([command = '', ...args]: readonly string[]) {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
  // What pnpm and npm tell their own children would be news from another repository.
  const kept = Object.entries(inherited).filter(
    ([name]) => !/^(npm_|pnpm_|PNPM_|INIT_CWD|VITEST|NODE_)/.test(name),
  );
  const child = spawn(command, args, {
    cwd: clone,
    env: { ...Object.fromEntries(kept), PATH: barePath() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  await once(child, 'close');
  return { exitCode: child.exitCode, output };
}

function barePath(): string {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    for (const name of ['node', 'npm', 'npx']) symlinkSync(machinesOwn(name), join(bin, name));
  }
  return [bin, '/usr/bin', '/bin'].join(delimiter);
}

/** The command that a machine has without this repository. */
function machinesOwn(name: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders
    .filter((each) => !each.includes('node_modules') && !each.startsWith(dirname(process.execPath)))
    .map((each) => join(each, name))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error(`There is no ${name} on the PATH of this machine.`);
  return realpathSync(found);
}
