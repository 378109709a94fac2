import { expect, test } from 'vitest';
import { ProcessFailed } from '@holdfast/command';
import { keepRunning, restartAllowance } from '../src/stack/keep-running.ts';
import { startRestartable } from '../src/stack/restartable.ts';
import { type ChildForTest, childOf } from './child-for-test.ts';

/** A process that is kept running; of its starts, those with a number in `failing` fail. */
async function keptProcess(failing: ReadonlySet<number> = new Set()) {
  const children: ChildForTest[] = [];
  const told: string[] = [];
  let startCount = 0;
  const api = await startRestartable(async () => {
    startCount += 1;
    if (failing.has(startCount)) throw new Error(`no start ${startCount}`);
    const child = childOf(startCount);
    children.push(child);
    return child;
  });
  const over = new AbortController();
  let nowMs = 0;
  const kept = keepRunning(api, {
    mayRestart: restartAllowance(() => nowMs),
    tell: (line) => void told.push(line),
    until: over.signal,
  });
  /** The one that runs dies, and all that follows from it happens. */
  const die = async () => {
    children.at(-1)?.end();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const wait = (ms: number) => (nowMs += ms);
  return { api, kept, over, told, die, wait, startCount: () => startCount };
}

/** What it came to, so that nobody misses how it ended. */
function endOf(kept: Promise<void>): Promise<unknown> {
  return kept.then(
    () => 'in order',
    (error: unknown) => error,
  );
}

test('a process that dies is named with the end of its log, and started again', async () => {
  const { api, kept, over, told, die } = await keptProcess();
  await die();
  expect(api.child.pid).toBe(2);
  expect(told).toEqual([
    'The api 1 ended by itself, and is started again. The end of its log:',
    '  error in 1',
    'The api 1 is up again.',
  ]);
  over.abort();
  await kept;
});

test('the sixth death within a minute is the end', async () => {
  const { kept, die, startCount } = await keptProcess();
  for (let death = 1; death <= 5; death += 1) await die();
  expect(startCount()).toBe(6);
  const end = endOf(kept);
  await die();
  expect(await end).toBeInstanceOf(ProcessFailed);
  expect(startCount()).toBe(6);
});

test('deaths that are a minute old no longer count', async () => {
  const { kept, over, die, wait, startCount } = await keptProcess();
  for (let death = 1; death <= 5; death += 1) await die();
  wait(60_000);
  await die();
  expect(startCount()).toBe(7);
  over.abort();
  await kept;
});

test('a start that fails is told, counts as a death, and is tried again', async () => {
  const { kept, told, die, startCount } = await keptProcess(new Set([2, 3, 4, 5, 6]));
  const end = endOf(kept);
  await die();
  expect(await end).toMatchObject({ message: 'the api 1 ended by itself again and again' });
  expect(startCount()).toBe(6);
  expect(told.filter((line) => line.includes('did not start: no start'))).toHaveLength(5);
});

test('nothing is started again once it is over', async () => {
  const { kept, over, die, told, startCount } = await keptProcess();
  over.abort();
  await die();
  await kept;
  expect({ told, startCount: startCount() }).toEqual({ told: [], startCount: 1 });
});
