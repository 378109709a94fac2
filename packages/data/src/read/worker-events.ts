import type { Database } from '../connection/database.ts';
import { statement } from '../sql/statement.ts';
import { read } from './read.ts';

const eventsToSweep = statement(
  'events_to_sweep',
  `select event_id from (
     select b.event_id, min(b.expires_at) as since from bookings b
     where b.status = 'held' and b.expires_at <= statement_timestamp()
     group by b.event_id
     union all
     select e.id, e.cancelled_at from events e where e.has_bookings_to_cancel
   ) overdue
   group by event_id
   order by min(since)
   limit :limit`,
);

/**
 * Events with bookings that are to be ended: lapsed holds, and bookings of events that were called
 * off. The longest overdue come first. Throws DatabaseUnavailable.
 */
export async function findEventsToSweep(
  database: Database,
  { limit }: { readonly limit: number },
): Promise<readonly string[]> {
  const rows = await read<{ event_id: string }>(database, eventsToSweep({ limit }));
  return rows.map((row) => row.event_id);
}

const changedEvents = statement(
  'changed_events',
  `select distinct o.event_id from outbox o
   where o.at >= statement_timestamp() - make_interval(secs => :withinMs::float8 / 1000)
   limit :limit`,
);

/** Events with a commit in the last `withinMs`, at most `limit`. Throws DatabaseUnavailable. */
export async function findChangedEvents(
  database: Database,
  { withinMs, limit }: { readonly withinMs: number; readonly limit: number },
): Promise<readonly string[]> {
  const query = changedEvents({ withinMs, limit });
  const rows = await read<{ event_id: string }>(database, query);
  return rows.map((row) => row.event_id);
}
