import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '@holdfast/cli/parts';

/**
 * Replaces the api processes, one after the other: tells one to stop, waits for its end, starts it again, and
 * gives the proxy time to notice.
 *
 * @returns how long each took to stop, in milliseconds
 */
export async function rollingDeploy(
  { apis }: Pick<Stack, 'apis'>,
  { pauseMs, stop }: { readonly pauseMs: number; readonly stop: AbortSignal },
): Promise<readonly number[]> {
  const stopsMs: number[] = [];
  for (const api of apis) {
    const toldAt = performance.now();
    await api.child.stop();
    stopsMs.push(Math.round(performance.now() - toldAt));
    stop.throwIfAborted();
    await api.restart();
    await sleep(pauseMs, undefined, { signal: stop });
  }
  return stopsMs;
}
