import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@holdfast/data';
import { withDatabase } from '../with-database.ts';

/** What the worker still has to do. */
export interface Backlog {
  /** Rows of the outbox that nobody has been told of. */
  readonly pendingCount: number;
  /** Holds that have lapsed and still count as held. */
  readonly lapsedCount: number;
}

/** A hold and a change wait for the next job, at most a second, and for one that was lost. */
const backlogMsMax = 3_000;
const lookEveryMs = 100;

/**
 * Once nothing is booked any more, the worker must have swept every lapsed hold and relayed every
 * change within 3 s. Answers a sentence for each thing that it has not.
 */
export function missingDeliveries(databaseUrl: string): Promise<readonly string[]> {
  return withDatabase({ url: databaseUrl }, async (database) => {
    const deadline = performance.now() + backlogMsMax;
    for (;;) {
      const reasons = backlogReasons(await readBacklog(database));
      if (reasons.length === 0 || performance.now() > deadline) return reasons;
      await sleep(lookEveryMs);
    }
  });
}

function backlogReasons({ pendingCount, lapsedCount }: Backlog): readonly string[] {
  const within = `within ${backlogMsMax / 1_000} s`;
  return [
    ...(pendingCount > 0 ? [`Changes that were not relayed ${within}: ${pendingCount}.`] : []),
    ...(lapsedCount > 0 ? [`Lapsed holds that were not swept ${within}: ${lapsedCount}.`] : []),
  ];
}

async function readBacklog({ pool }: Database): Promise<Backlog> {
  const { rows } = await pool.query<Backlog>(`
    select
      (select count(*)::int from outbox where delivered_at is null) as "pendingCount",
      (select count(*)::int from bookings where status = 'held' and expires_at < now())
        as "lapsedCount"`);
  const [backlog] = rows;
  if (backlog === undefined) throw new Error('A count has a row.');
  return backlog;
}
