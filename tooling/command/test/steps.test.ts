import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isLive } from '../src/steps.ts';

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
