import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { statement } from '../sql/statement.ts';

/** How far behind the workers are, in milliseconds. 0: there is nothing to do. */
export interface WorkerLag {
  /** How long a change has waited to be relayed. */
  readonly feedMs: number;
  /** How long ago a hold has lapsed that is not swept. */
  readonly sweepMs: number;
}

/*
 * Relays take changes in this order, so where one is at work the first change is a young one. Holds
 * are read in no order: where many have lapsed, few are looked at.
 */
const lag = statement(
  'worker_lag',
  `select coalesce((
     select extract(epoch from statement_timestamp() - o.at) from (
       select at from outbox where delivered_at is null order by event_id, version limit 1
     ) o
   ), 0)::float8 * 1000 as feed_ms, coalesce((
     select extract(epoch from statement_timestamp() - b.expires_at) from (
       select expires_at from bookings
       where status = 'held' and expires_at <= statement_timestamp() - make_interval(secs => :sinceMs / 1000)
       limit 1
     ) b
   ), 0)::float8 * 1000 as sweep_ms`,
);

/**
 * Reads how far behind the workers are. Sweeps count from `sinceMs` on. The api asks this, since a
 * worker that is missing cannot say so. Throws DatabaseUnavailable.
 *
 * @example await readWorkerLag(database, { sinceMs: 10_000 }) // { feedMs: 40, sweepMs: 0 }
 */
export async function readWorkerLag(
  database: Database,
  { sinceMs }: { readonly sinceMs: number },
): Promise<WorkerLag> {
  const query = lag({ sinceMs });
  const { rows } = await mapFaults(() =>
    database.pool.query<{ feed_ms: number; sweep_ms: number }>(query),
  );
  return { feedMs: rows[0]?.feed_ms ?? 0, sweepMs: rows[0]?.sweep_ms ?? 0 };
}
