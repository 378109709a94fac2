import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { providedServices } from '@holdfast/testing';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** `pnpm bench` with these arguments, on the tests' own servers. */
export async function runBench(...args: readonly string[]) {
  const { databaseUrl, redisUrl } = providedServices();
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exitCode: child.exitCode, stdout, stderr };
}
