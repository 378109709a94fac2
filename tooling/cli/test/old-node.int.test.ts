import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const entries = ['apps/api', 'apps/worker', 'tooling/cli', 'tooling/bench', 'tooling/pack'].map(
  (folder) => `${folder}/main.js`,
);

function isOld(program: string): boolean {
  const { stdout, status } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 && Number.parseInt(stdout.slice(1), 10) < 24;
}

/** A Node before 24 of this machine. Where it has none, this Node says that it is one. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'node'))
  .find(isOld);
const lie =
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })";
const pretending = ['--import', `data:text/javascript,${encodeURIComponent(lie)}`];

function runOld(entry: string, ...args: readonly string[]) {
  const options = oldNode === undefined ? pretending : [];
  const program = oldNode ?? process.execPath;
  return spawnSync(program, [...options, entry, ...args], { cwd: root, encoding: 'utf8' });
}

test.each(entries)('an older Node is told what is needed, and what to run: node %s', (entry) => {
  const { status, stdout, stderr } = runOld(entry, 'stress', '--users', '5');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Holdfast needs Node 24 or newer, and this is Node \d/);
  expect(stderr).toContain(
    `In ${root} run:\n  npx -y pnpm@12 exec node ${entry} stress --users 5\n`,
  );
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
});

test('from elsewhere, the command is the one for the folder of Holdfast', () => {
  const { stderr } = runOld(join(root, entries[2] ?? ''), 'token', '--user', 'a b');
  expect(stderr).toContain("exec node tooling/cli/main.js token --user 'a b'\n");
});
