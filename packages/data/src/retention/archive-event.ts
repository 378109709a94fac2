import { audit } from '../audit/audit.ts';
import type { AuditReport } from '../audit/report.ts';
import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { read } from '../read/read.ts';
import { statement } from '../sql/statement.ts';
import { freezeEvent } from './freeze-event.ts';
import { writeArchive } from './write-archive.ts';

/** What came of archiving an event. */
export type Archiving =
  | { readonly status: 'archived'; readonly removedRowCount: number }
  /** It has changed lately, or may still be bought. */
  | { readonly status: 'alive' }
  /** It breaks an invariant, so it stays in the tables, to be looked at. */
  | { readonly status: 'broken'; readonly report: AuditReport }
  /** The signal came first. The next call goes on. */
  | { readonly status: 'stopped' };

interface ArchivingBounds {
  /** Rows of a table that one statement removes: it bounds how long that takes. */
  readonly rowCountPerRemoval: number;
  /** Ends it between two statements. */
  readonly signal: AbortSignal;
}

/**
 * Moves an event that is over, as a whole, from the tables into its archive. Only its own row stays, and what
 * `removals` says of it. It can be killed at any moment: nothing is removed before the archive has been read
 * back, and `finishArchive` goes on.
 *
 * @throws DatabaseUnavailable, ArchiveBroken
 * @example
 * await archiveEvent(database, eventId, { endedBefore, rowCountPerRemoval: 2_000, signal });
 */
export async function archiveEvent(
  database: Database,
  eventId: string,
  { endedBefore, ...bounds }: ArchivingBounds & { readonly endedBefore: Instant },
): Promise<Archiving> {
  const report = await audit(database, { eventId });
  if (report.violationCount > 0) return { status: 'broken', report };
  const isFrozen = await freezeEvent(database, eventId, { endedBefore });
  return isFrozen ? await finishArchive(database, eventId, bounds) : { status: 'alive' };
}

const archiveState = statement(
  'archive_state',
  `select sealed_at is not null as is_sealed from removals
   where event_id = :eventId and archived_at is not null`,
);

/** Goes on with an event that is frozen. The same as `archiveEvent` from there on. */
export async function finishArchive(
  database: Database,
  eventId: string,
  bounds: ArchivingBounds,
): Promise<Archiving> {
  const [state] = await read<{ is_sealed: boolean }>(database, archiveState({ eventId }));
  if (state === undefined) return { status: 'alive' };
  if (!state.is_sealed) await writeArchive(database, eventId);
  return await removeRows(database, eventId, bounds);
}

const removeArchived = statement(
  'remove_archived',
  'select holdfast_remove_archived(:eventId, :rowCountMax)::int as removed',
);

const noteRemoved = statement(
  'note_removed',
  'update removals set removed_at = statement_timestamp() where event_id = :eventId and removed_at is null',
);

async function removeRows(
  database: Database,
  eventId: string,
  { rowCountPerRemoval: rowCountMax, signal }: ArchivingBounds,
): Promise<Archiving> {
  let removedRowCount = 0;
  while (!signal.aborted) {
    const query = removeArchived({ eventId, rowCountMax });
    const [{ removed } = { removed: 0 }] = await read<{ removed: number }>(database, query);
    removedRowCount += removed;
    if (removed > 0) continue;
    await mapFaults(() => database.pool.query(noteRemoved({ eventId })));
    return { status: 'archived', removedRowCount };
  }
  return { status: 'stopped' };
}
