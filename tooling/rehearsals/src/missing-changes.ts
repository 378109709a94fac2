import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '@holdfast/cli/parts';
import { queryOnce } from '@holdfast/services';

const deliveredMsMax = 10_000;
const lookEveryMs = 100;

/**
 * Once the load is over, the worker must have delivered every change within 10 s: it found PostgreSQL again,
 * too.
 *
 * @returns a sentence for what it has not
 */
export async function missingChanges({ stack }: Scene): Promise<readonly string[]> {
  const deadline = performance.now() + deliveredMsMax;
  for (;;) {
    const { rows } = await queryOnce<{ count: number }>(stack.databaseUrl, pending);
    const count = rows[0]?.count ?? 0;
    if (count === 0) return [];
    if (performance.now() > deadline) return [`Changes that nobody relayed: ${count}.`];
    await sleep(lookEveryMs);
  }
}

const pending = 'select count(*)::int as count from outbox where delivered_at is null';
