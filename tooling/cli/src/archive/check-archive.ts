import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  ArchiveBroken,
  type Database,
  findArchive,
  linesOfFile,
  readParts,
  type SealedArchive,
  verifyArchive,
} from '@holdfast/data';

/** What was found out about an archive. */
export interface CheckedArchive {
  /** The file, or the event of an archive in the database. */
  readonly name: string;
  readonly verdict: 'pass' | 'fail';
  /** Why not. Empty: it is whole, and its rows keep every promise. */
  readonly faults: readonly string[];
  readonly bookingCount: number;
  readonly ledgerRowCount: number;
}

/** Proves the archive of an event as the database has it. */
export async function checkStoredArchive(
  database: Database,
  archive: SealedArchive,
): Promise<CheckedArchive> {
  return await check(database, readParts(database, archive.eventId), archive.eventId);
}

/** Proves a file. If the database knows the event's archive, the file must be the same. */
export async function checkArchiveFile(database: Database, file: string): Promise<CheckedArchive> {
  return await check(database, createReadStream(file), file);
}

async function check(
  database: Database,
  bytes: AsyncIterable<Buffer>,
  name: string,
): Promise<CheckedArchive> {
  const hash = createHash('sha256');
  try {
    const { summary, report } = await verifyArchive(database, linesOfFile(bytes, hash));
    const { bookings: bookingCount, ledger: ledgerRowCount } = summary.counts;
    const known = await findArchive(database, { eventId: String(summary.event['id']) });
    const isOther = known !== null && known.digest !== hash.digest('hex');
    const faults = [
      ...(isOther ? ['The database has the digest of another archive of this event.'] : []),
      ...report.invariants
        .filter(({ violations }) => violations.length > 0)
        .map(
          ({ id, title, violations }) =>
            `${id} is broken (${title}): ${JSON.stringify(violations[0])}`,
        ),
    ];
    const verdict = faults.length === 0 ? 'pass' : 'fail';
    return { name, verdict, faults, bookingCount, ledgerRowCount };
  } catch (error) {
    if (!(error instanceof ArchiveBroken)) throw error;
    return { name, verdict: 'fail', faults: [error.message], bookingCount: 0, ledgerRowCount: 0 };
  }
}
