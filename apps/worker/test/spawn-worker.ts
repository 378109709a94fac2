import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { expect } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const started: ChildProcess[] = [];

/** Ends what `spawnWorker` started and a test left running. */
export function killSpawned(): void {
  for (const child of started.splice(0)) child.kill('SIGKILL');
}

/** The worker as a process of its own. `undefined` takes a variable away. */
export function spawnWorker(env: Record<string, string | undefined>) {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      REDIS_URL: providedServices().redisUrl,
      REDIS_PREFIX: freshPrefix(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // Not at `exit`: the last lines may still be in the pipe then.
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const said = (msg: string) => expect.poll(() => output).toContain(`"msg":"${msg}"`);
  return {
    child,
    exited,
    output: () => output,
    said,
    /** The line that says so, once it is there. */
    async line(msg: string): Promise<Record<string, unknown>> {
      await said(msg);
      const found = output.split('\n').find((line) => line.includes(`"msg":"${msg}"`));
      return JSON.parse(found ?? '{}');
    },
  };
}
