import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { lowestId } from '../read/page.ts';
import { read } from '../read/read.ts';
import { millisecondsOf, timestampOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { inTransaction } from '../sql/transaction.ts';

/** A place in the outbox, in the order by time and then event. */
export interface OutboxCursor {
  readonly at: Instant;
  readonly eventId: string;
}

/** Events with old rows of the outbox, and where to look on. `next` is `null` at the end. */
export interface OldOutbox {
  readonly eventIds: readonly string[];
  readonly next: OutboxCursor | null;
}

const oldOutbox = statement(
  'old_outbox',
  `select o.event_id, ${millisecondsOf('o.at')} as at from outbox o
   where (o.at, o.event_id) > (${timestampOf(':at')}, :eventId::uuid) and o.at < ${timestampOf(':before')}
   order by o.at, o.event_id
   limit :limit`,
);

const beforeAll: OutboxCursor = { at: 0, eventId: lowestId };

/**
 * The events of the next `limit` rows of the outbox that are older than `before`. The last row of an event stays for
 * ever, and is found again and again: so whoever goes round goes on where they stopped.
 *
 * @throws DatabaseUnavailable
 */
export async function findOldOutbox(
  database: Database,
  asked: { readonly after: OutboxCursor | null; readonly before: Instant; readonly limit: number },
): Promise<OldOutbox> {
  const { after, before, limit } = asked;
  const query = oldOutbox({ ...(after ?? beforeAll), before, limit });
  const rows = await read<{ event_id: string; at: number }>(database, query);
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    eventIds: [...new Set(rows.map((row) => row.event_id))],
    next: last === undefined ? null : { at: last.at, eventId: last.event_id },
  };
}

/** The first version that has to stay: not delivered so long ago, or the last of those looked at. */
const outboxKept = statement(
  'outbox_kept',
  `select min(version) as first,
     coalesce(
       min(version) filter (where delivered_at is null or delivered_at >= ${timestampOf(':before')}),
       max(version)
     ) as kept
   from (
     select version, delivered_at from outbox where event_id = :eventId order by version limit :limit
   ) oldest`,
);

const noteOutboxFrom = statement(
  'note_outbox_from',
  `insert into removals (event_id, outbox_from) values (:eventId, :kept)
   on conflict (event_id)
   do update set outbox_from = greatest(removals.outbox_from, excluded.outbox_from)`,
);

const removeRows = statement(
  'remove_outbox',
  `select holdfast_remove_outbox(:eventId, :kept, ${timestampOf(':before')})::int as removed`,
);

/**
 * Removes rows of an event's outbox that were delivered before a time: the oldest without a gap, at most
 * `rowCountMax`, and never the last one. What was removed is noted in the same transaction, so the audit knows
 * where the feed begins.
 *
 * @returns how many rows were removed
 * @throws DatabaseUnavailable
 * @example await removeOutbox(database, eventId, { before: now - 48 * 3_600_000, rowCountMax: 10_000 })
 */
export async function removeOutbox(
  database: Database,
  eventId: string,
  { before, rowCountMax }: { readonly before: Instant; readonly rowCountMax: number },
): Promise<number> {
  return await inTransaction(database, async (client) => {
    const seen = await client.query<{ first: number | null; kept: number | null }>(
      outboxKept({ eventId, before, limit: rowCountMax + 1 }),
    );
    const { first = null, kept = null } = seen.rows[0] ?? {};
    if (first === null || kept === null || kept <= first) return 0;
    await client.query(noteOutboxFrom({ eventId, kept }));
    const { rows } = await client.query<{ removed: number }>(removeRows({ eventId, kept, before }));
    return rows[0]?.removed ?? 0;
  });
}
