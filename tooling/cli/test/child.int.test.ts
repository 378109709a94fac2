import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiNodeFlags } from '@holdfast/command';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChild } from '../src/stack/child.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-child-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The room of a young program's memory for what is new, in MiB, as V8 has it. */
async function youngMiB(nodeFlags: readonly string[]): Promise<number> {
  const entry = join(directory, 'says-its-memory.mjs');
  await writeFile(
    entry,
    `import { getHeapSpaceStatistics } from 'node:v8';
     const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
     console.log(JSON.stringify({ msg: 'up', bytes: young.space_size }));
     setInterval(() => {}, 1_000);`,
  );
  const plan = { name: 'A program', entry, nodeFlags, env: {}, readyMessage: 'up' };
  const child = await startChild({ ...plan, onLogLine: () => {} });
  await child.stop();
  return Number(child.ready['bytes']) / 2 ** 20;
}

test('a program that is started like an api has room for a rush from the start, and else has not', async () => {
  expect(await youngMiB(apiNodeFlags)).toBeGreaterThanOrEqual(16);
  expect(await youngMiB([])).toBeLessThan(16);
});
