import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { statement } from '../sql/statement.ts';

/** How far behind is what workers do? In milliseconds; 0: there is nothing to do. */
export interface WorkerLag {
  /** Since when a change waits to be relayed. */
  readonly feedMs: number;
  /** Since when a hold has lapsed and is not swept. */
  readonly sweepMs: number;
}

/*
 * Relays take the changes in this order, so the first is a young one where one is at work. The holds
 * are read in no order, to look at few where many have lapsed.
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
 * Reads how far behind the workers are, where it is more than `sinceMs` for sweeps. A worker that is
 * not there cannot say so itself. Throws DatabaseUnavailable.
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
