import { setTimeout as sleep } from 'node:timers/promises';

const timeoutMs = 30_000;
const pollIntervalMs = 50;

/**
 * Looks until it is so, for 30 s at most.
 *
 * @throws Error with `otherwise`, a sentence without its end
 * @example await until(async () => (await redis.ping()) === 'PONG', 'Redis did not answer')
 */
export async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} in ${timeoutMs} ms`);
    await sleep(pollIntervalMs);
  }
}
