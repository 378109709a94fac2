import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const vitest = fileURLToPath(new URL('./vitest.mjs', import.meta.resolve('vitest/package.json')));

/** The last line of a run of the given fixtures, and how it ended. */
async function report(fixtures: string[], options: string[] = []) {
  const args = [vitest, 'run', `--root=${pathOf('fixtures')}`, ...options];
  const run = spawn(process.execPath, [...args, ...fixtures], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, , [exitCode]] = await Promise.all([
    text(run.stdout),
    text(run.stderr),
    once(run, 'exit'),
  ]);
  return { lastLine: output.trimEnd().split('\n').at(-1), exitCode };
}

test('the last line of a green run has nothing but the two numbers', async () => {
  expect(await report(['green'])).toEqual({ lastLine: '3 passed, 0 failed', exitCode: 0 });
});

test('failed tests, hooks of groups, and what was skipped are counted', async () => {
  const { lastLine, exitCode } = await report(['mixed', 'green']);
  expect(lastLine).toBe('4 passed, 2 failed, 2 skipped');
  expect(exitCode).not.toBe(0);
});

test('a file that does not load has failed once', async () => {
  const { lastLine, exitCode } = await report(['broken', 'green']);
  expect(lastLine).toBe('3 passed, 1 failed');
  expect(exitCode).not.toBe(0);
});

test('an error that nobody caught has failed once', async () => {
  const { lastLine, exitCode } = await report(['unhandled']);
  expect(lastLine).toBe('1 passed, 1 failed');
  expect(exitCode).not.toBe(0);
});

test('it stays the last line when services talk or fail after the run', async () => {
  const { lastLine, exitCode } = await report(['green'], ['--mode=noisy-teardown']);
  expect(lastLine).toBe('3 passed, 1 failed');
  expect(exitCode).not.toBe(0);
});

test('a run whose services did not start has failed', async () => {
  const { lastLine, exitCode } = await report(['green'], ['--mode=failing-setup']);
  expect(lastLine).toMatch(/^0 passed, [1-9]\d* failed$/);
  expect(exitCode).not.toBe(0);
});

test('a run that a forgotten process keeps from ending is ended, and has failed', async () => {
  const { lastLine, exitCode } = await report(['straggler']);
  expect(lastLine).toBe('1 passed, 1 failed');
  expect(exitCode).toBe(1);
});
