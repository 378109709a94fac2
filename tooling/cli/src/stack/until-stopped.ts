import { failWhenEnded, keepRunning, restartAllowance } from './keep-running.ts';
import type { Restartable } from './restartable.ts';
import type { Stack } from './stack.ts';

interface Stopping {
  readonly stop: AbortSignal;
  /** Hears of processes that died and were started again. */
  readonly tell: (line: string) => void;
}

/**
 * Resolves on Ctrl-C. Throws ProcessFailed when the worker or the only api ends before that, or
 * one of several again and again.
 */
export async function untilStopped(
  { apis, worker }: Stack,
  { stop, tell }: Stopping,
): Promise<void> {
  const over = new AbortController();
  const until = AbortSignal.any([stop, over.signal]);
  const mayRestart = restartAllowance();
  const watch = (api: Restartable) =>
    apis.length > 1 ? keepRunning(api, { mayRestart, tell, until }) : failWhenEnded(api, until);
  try {
    await Promise.race([...apis.map(watch), failWhenEnded(worker, until)]);
  } finally {
    // From here on they are stopped, and do not end by themselves.
    over.abort();
  }
}
