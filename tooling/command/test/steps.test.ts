import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isLive, stepsOn } from '../src/steps.ts';

test.each([
  { what: 'a terminal', isTTY: true, env: { TERM: 'xterm', NO_COLOR: '' }, live: true },
  { what: 'TERM=dumb', isTTY: true, env: { TERM: 'dumb', NO_COLOR: '' }, live: false },
  { what: 'NO_COLOR', isTTY: true, env: { TERM: 'xterm', NO_COLOR: '1' }, live: false },
  { what: 'a pipe', isTTY: false, env: { TERM: 'xterm', NO_COLOR: '' }, live: false },
])('lines are written over on a terminal alone: $what', ({ isTTY, env, live }) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(isLive(Object.assign(new PassThrough(), { isTTY }))).toBe(live);
});

test('on a live terminal a step shows how far it has come, and is replaced by its result', async () => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('NO_COLOR', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 30 });
  const { signal } = new AbortController();
  await stepsOn(terminal, signal).progress('answers', 2_000, async (onProgress) => {
    await sleep(110);
    onProgress(1_500);
  });
  const lines = stripVTControlCharacters(String(terminal.read())).split('\r');
  expect(lines.slice(0, 2)).toEqual(['… answers', '… answers: 1,500 of 2,000']);
  expect(lines.at(-1)).toMatch(/^✓ answers {2}\d\.\d\d s\n$/);
});
