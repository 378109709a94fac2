import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '@holdfast/cli/parts';
import { queryOnce } from '@holdfast/services';

/** A busy machine gives the worker its turn late. */
const deliveredMsMax = 20_000;
const lookEveryMs = 100;

/**
 * Once the load is over, the worker must have delivered every change, and swept every lapsed hold, within
 * 20 s: it found PostgreSQL again, too.
 *
 * @returns a sentence for each thing that it has not done
 */
export async function missingChanges({ stack }: Scene): Promise<readonly string[]> {
  const deadline = performance.now() + deliveredMsMax;
  for (;;) {
    const { rows } = await queryOnce<{ reason: string }>(stack.databaseUrl, backlog);
    if (rows.length === 0 || performance.now() > deadline) return rows.map(({ reason }) => reason);
    await sleep(lookEveryMs);
  }
}

const backlog = `
  select format('Changes that nobody relayed: %s.', count(*)) as reason
  from outbox where delivered_at is null having count(*) > 0
  union all
  select format('Lapsed holds that nobody swept: %s.', count(*))
  from bookings where status = 'held' and expires_at < now() having count(*) > 0`;
