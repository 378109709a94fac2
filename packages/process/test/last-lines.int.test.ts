import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('last-lines.ts', import.meta.url));

/** Starts the program, stops reading what it writes, and has it end. */
async function endUnread(kind: 'ours' | 'plain') {
  const child = spawn(process.execPath, [program, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.on('error', () => {}).write('end\n');
  return { child, exited };
}

test('a process ends though nobody reads its last lines; with a stream of pino’s it never would', async () => {
  const plain = await endUnread('plain');
  const ours = await endUnread('ours');
  expect(await ours.exited).toEqual([3, null]);
  expect(plain.child.exitCode).toBeNull();
  plain.child.kill('SIGKILL');
  await plain.exited;
});
