import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { beforeAllDates, lowestId } from '../read/page.ts';
import { read } from '../read/read.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

/**
 * SQL: this event is over since `endedBefore`. Its date is past, it cannot be bought any more, nothing is held or
 * waits to be cancelled, and its last change is as old and was delivered.
 */
export const isOver = (event: string, eventId: string): string => `
  ${event}.archived_version is null
  and ${event}.date <= ${timestampOf(':endedBefore')}
  and (${event}.status <> 'on_sale' or ${event}.sale_closes_at <= ${timestampOf(':endedBefore')})
  and ${event}.held_seats = 0 and not ${event}.has_bookings_to_cancel
  and exists (
    select from outbox o
    where o.event_id = ${eventId} and o.version = ${event}.version
      and o.at <= ${timestampOf(':endedBefore')} and o.delivered_at is not null
  )`;

const eventsToArchive = statement(
  'events_to_archive',
  `select e.id, ${millisecondsOf('e.date')} as date from events e
   where (e.date, e.id) > (${timestampOf(':date')}, :id::uuid) and ${isOver('e', 'e.id')}
   order by e.date, e.id
   limit :limit`,
);

/** Where a search for events goes on, in the order by date and then id. */
export interface EventDateCursor {
  readonly date: Instant;
  readonly id: string;
}

/**
 * Events that are over since `endedBefore` and not archived, the oldest first.
 *
 * @throws DatabaseUnavailable
 * @example await findEventsToArchive(database, { endedBefore, after: null, limit: 100 })
 */
export async function findEventsToArchive(
  database: Database,
  asked: {
    readonly endedBefore: Instant;
    readonly after: EventDateCursor | null;
    readonly limit: number;
  },
): Promise<readonly EventDateCursor[]> {
  const { endedBefore, after, limit } = asked;
  const from = after ?? { date: beforeAllDates, id: lowestId };
  return await read<EventDateCursor>(database, eventsToArchive({ ...from, endedBefore, limit }));
}

const unfinishedArchives = statement(
  'unfinished_archives',
  `select event_id from removals
   where archived_at is not null and removed_at is null
   order by archived_at, event_id
   limit :limit`,
);

/** Events whose archiving was begun and not finished, the oldest first. Throws DatabaseUnavailable. */
export async function findUnfinishedArchives(
  database: Database,
  { limit }: { readonly limit: number },
): Promise<readonly string[]> {
  const rows = await read<{ event_id: string }>(database, unfinishedArchives({ limit }));
  return rows.map((row) => row.event_id);
}
