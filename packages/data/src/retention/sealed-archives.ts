import type { Database } from '../connection/database.ts';
import { lowestId } from '../read/page.ts';
import { read } from '../read/read.ts';
import { statement } from '../sql/statement.ts';

/** What is known of an archive that is sealed. */
export interface SealedArchive {
  readonly eventId: string;
  /** SHA-256 of the archive's file, in hexadecimal. */
  readonly digest: string;
  readonly bookingCount: number;
  readonly ledgerRowCount: number;
}

const columns = `event_id as "eventId", digest, booking_count as "bookingCount",
     ledger_row_count as "ledgerRowCount"`;

const sealedArchives = statement(
  'sealed_archives',
  `select ${columns} from removals
   where event_id > :afterId and sealed_at is not null order by event_id limit :limit`,
);

/** Archives by their events' ids, at most `limit` after `afterId`. Throws DatabaseUnavailable. */
export async function listArchives(
  database: Database,
  { afterId, limit }: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly SealedArchive[]> {
  return await read(database, sealedArchives({ afterId: afterId ?? lowestId, limit }));
}

const sealedArchive = statement(
  'sealed_archive',
  `select ${columns} from removals where event_id = :eventId and sealed_at is not null`,
);

/** The archive of an event; `null`: it has none. Throws DatabaseUnavailable. */
export async function findArchive(
  database: Database,
  { eventId }: { readonly eventId: string },
): Promise<SealedArchive | null> {
  const [found = null] = await read<SealedArchive>(database, sealedArchive({ eventId }));
  return found;
}
