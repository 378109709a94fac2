import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRestartable } from '../src/stack/restartable.ts';
import { childOf } from './child-for-test.ts';

test('what is killed is started again with what was known of it, and that one is stopped', async () => {
  const done: string[] = [];
  const api = await startRestartable(async (before) => childOf((before?.pid ?? 0) + 1, done));
  await api.kill();
  await api.restart();
  expect(api.child.pid).toBe(2);
  await api.stop();
  expect(done).toEqual(['SIGKILL 1', 'stop 2']);
});

test('a process that is just being started again is stopped, too', async () => {
  const done: string[] = [];
  const api = await startRestartable(async (before) => {
    if (before !== null) await sleep(20);
    return childOf((before?.pid ?? 0) + 1, done);
  });
  const restarted = api.restart();
  await api.stop();
  await restarted;
  expect(done).toEqual(['stop 2']);
});

test('nothing is started once it was stopped', async () => {
  const done: string[] = [];
  let startCount = 0;
  const api = await startRestartable(async () => childOf((startCount += 1), done));
  await api.stop();
  await api.restart();
  expect({ startCount, done }).toEqual({ startCount: 1, done: ['stop 1'] });
});

test('a restart that fails is told to who asked for it, and stopping goes on', async () => {
  const done: string[] = [];
  const api = await startRestartable(async (before) => {
    if (before !== null) throw new Error('no port');
    return childOf(1, done);
  });
  await expect(api.restart()).rejects.toThrow('no port');
  await api.stop();
  expect(done).toEqual(['stop 1']);
});
