import { setTimeout as sleep } from 'node:timers/promises';
import { queryOnce } from '@holdfast/services';

/** A primary that says nothing for so long is asked again. */
const answerTimeoutMs = 1_000;
const askEveryMs = 200;

/** Once may be a moment's trouble. */
const failureCount = 3;

const patienceMs = 30_000;

/**
 * Watches a primary as a simple monitor does, and resolves when it did not answer three times in a row.
 *
 * @throws Error where it goes on answering for 30 s
 */
export async function untilDead(url: string): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let failed = 0;
  while (failed < failureCount) {
    if (performance.now() > deadline) throw new Error('The primary is not dead.');
    failed = (await answers(url)) ? 0 : failed + 1;
    if (failed < failureCount) await sleep(askEveryMs);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await queryOnce(url, 'select 1', { answerTimeoutMs });
    return true;
  } catch {
    return false;
  }
}
