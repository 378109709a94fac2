import { fork } from 'node:child_process';
import { once } from 'node:events';
import { childEnv, ProcessFailed } from '@holdfast/command';
import type { Errand } from './errand.ts';
import type { Told } from './example.ts';

/** A storm that takes longer is given up. */
const stormDurationMaxMs = 120_000;

/**
 * Runs a share of a storm in a process of its own, and ends that process.
 *
 * @throws ProcessFailed where it ends before it answers; what stopped it, or `stop`.
 */
export async function sendProcess(errand: Errand, stop: AbortSignal): Promise<readonly Told[]> {
  const child = fork(new URL('storm-process.ts', import.meta.url), {
    // Ctrl-C reaches the command alone, which ends it.
    detached: true,
    env: childEnv({ NODE_ENV: 'production' }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const signal = AbortSignal.any([stop, AbortSignal.timeout(stormDurationMaxMs)]);
  const ended = once(child, 'exit', { signal });
  try {
    child.send(errand);
    const told = once(child, 'message', { signal }).then(([message]) => toldIn(message));
    const early = ended.then(() => {
      throw new ProcessFailed('process of the storm', 'ended before it had answered', []);
    });
    return await Promise.race([told, early]);
  } finally {
    child.kill('SIGKILL');
    ended.catch(() => {});
  }
}

function toldIn(message: unknown): readonly Told[] {
  if (Array.isArray(message) && message.every(isTold)) return message;
  throw new Error('A process of the storm said something else than what users were told.');
}

function isTold(each: unknown): each is Told {
  if (typeof each !== 'object' || each === null) return false;
  const values = Object.entries(each);
  const isText = (name: string) =>
    values.some(([key, value]) => key === name && typeof value === 'string');
  return ['id', 'userId', 'answer'].every(isText);
}
