import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { statement } from '../sql/statement.ts';
import { inTransaction } from '../sql/transaction.ts';
import { isOver } from './events-to-archive.ts';

const freeze = statement(
  'freeze_event',
  `update events e set archived_version = e.version
   where e.id = :eventId and ${isOver('e', ':eventId')}
   returning e.id`,
);

const noteArchived = statement(
  'note_archived',
  `insert into removals (event_id, archived_at) values (:eventId, statement_timestamp())
   on conflict (event_id) do update set archived_at = excluded.archived_at`,
);

/**
 * From now on nothing of this event changes, if it is over: a CHECK refuses every write, since each raises the
 * version. The rules refuse all commands then (`event_archived`).
 *
 * @returns whether it is frozen; it is not where it has changed lately, or may still be bought
 * @throws DatabaseUnavailable
 */
export async function freezeEvent(
  database: Database,
  eventId: string,
  { endedBefore }: { readonly endedBefore: Instant },
): Promise<boolean> {
  return await inTransaction(database, async (client) => {
    const { rowCount } = await client.query(freeze({ eventId, endedBefore }));
    if (rowCount !== 1) return false;
    await client.query(noteArchived({ eventId }));
    return true;
  });
}
