import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { givenServices, startCommand } from './command.ts';

/** The processes that this one has started and that still run. */
async function childrenOf(parent: number | undefined): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  { how: 'interrupted', signal: 'SIGINT', exitCode: 130 },
  { how: 'killed', signal: 'SIGKILL', exitCode: null },
] as const)('a stress run that is $how leaves no api and no worker behind', async (ending) => {
  const args = ['stress', '--rate', '20', '--duration', '60', '--json'];
  const load = startCommand(args, givenServices());
  await expect.poll(load.stderr, { timeout: 30_000 }).toContain('seats is on sale');
  await sleep(300);
  const children = await childrenOf(load.process.pid);
  expect(children.length).toBeGreaterThanOrEqual(2);

  load.process.kill(ending.signal);
  expect(await load.exited).toBe(ending.exitCode);
  expect(load.stdout()).toBe('');
  await expect.poll(() => children.filter(isRunning), { timeout: 20_000 }).toEqual([]);
});

test('a chaos run that is interrupted while Redis is frozen leaves no server and no process behind', async () => {
  const run = startCommand(['chaos', '--fault', 'redis-stop', '--duration', '1', '--json']);
  await expect.poll(run.stderr, { timeout: 30_000 }).toContain('The worker is ready');
  const children = await childrenOf(run.process.pid);
  expect(children.length).toBeGreaterThanOrEqual(5);
  // A second of warming up, one of steady load, then three of the fault.
  await sleep(3_500);

  run.process.kill('SIGINT');
  expect(await run.exited).toBe(130);
  expect(run.stdout()).toBe('');
  await expect.poll(() => children.filter(isRunning), { timeout: 20_000 }).toEqual([]);
});
