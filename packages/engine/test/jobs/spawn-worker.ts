import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freshPrefix, providedServices } from '@holdfast/testing';

const program = fileURLToPath(new URL('./worker-program.ts', import.meta.url));
const started: ChildProcess[] = [];

/** Ends what `spawnWorker` started and a test left running. */
export function killSpawned(): void {
  for (const child of started.splice(0)) child.kill('SIGKILL');
}

/** A worker as a process of its own. */
export function spawnWorker(databaseUrl: string, redisPrefix = freshPrefix()) {
  const { redisUrl } = providedServices();
  const child = spawn(process.execPath, [program, databaseUrl, redisUrl, redisPrefix], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  started.push(child);
  return { child, exited: once(child, 'exit') };
}
