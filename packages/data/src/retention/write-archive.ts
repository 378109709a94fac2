import { createHash } from 'node:crypto';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { statement } from '../sql/statement.ts';
import {
  ArchiveBroken,
  firstLine,
  lastLine,
  lineOf,
  noCounts,
  readArchive,
} from './archive-lines.ts';
import { linesOfParts, readParts, writePart } from './archive-parts.ts';
import { readEventRow, readEventRows } from './event-rows.ts';

/** Rows of a part: about a megabyte of text, which becomes a tenth of it. */
const rowCountPerPart = 4_000;

const discard = statement('discard_archive', 'select holdfast_discard_archive(:eventId)');

const seal = statement(
  'seal_archive',
  `update removals
   set sealed_at = statement_timestamp(), part_count = :partCount, booking_count = :bookings,
     ledger_row_count = :ledger, order_count = :orders, confirmed_seats = :confirmedSeats,
     digest = :digest
   where event_id = :eventId and archived_at is not null and sealed_at is null`,
);

/**
 * Writes the archive of a frozen event, reads it back, and seals it if it says what was written. From then on
 * the archive counts, and the rows may be removed. Who was stopped before that begins anew.
 *
 * @throws ArchiveBroken where other bytes came back than were written; DatabaseUnavailable
 */
export async function writeArchive(database: Database, eventId: string): Promise<void> {
  await mapFaults(() => database.pool.query(discard({ eventId })));
  const written = await writeParts(database, eventId);
  const digest = createHash('sha256');
  const lines = linesOfParts(readParts(database, eventId), digest);
  const summary = await readArchive(lines, async () => {});
  if (summary.textDigest !== written.textDigest) {
    throw new ArchiveBroken(`The archive of event ${eventId} is not what was written.`);
  }
  const { counts, confirmedSeats } = summary;
  const { partCount } = written;
  await mapFaults(() =>
    database.pool.query(
      seal({ eventId, partCount, confirmedSeats, ...counts, digest: digest.digest('hex') }),
    ),
  );
}

async function writeParts(database: Database, eventId: string) {
  const hash = createHash('sha256');
  const counts = noCounts();
  let [part, text] = [0, firstLine(await readEventRow(database, eventId))];
  for await (const rows of readEventRows(database, eventId, rowCountPerPart)) {
    for (const row of rows) {
      counts[row.table] += 1;
      text += lineOf(row);
    }
    hash.update(text);
    if (text !== '') await writePart(database, { eventId, part: (part += 1) }, text);
    text = '';
  }
  const textDigest = hash.update(text).digest('hex');
  const end = text + lastLine(counts, textDigest);
  await writePart(database, { eventId, part: (part += 1) }, end);
  return { partCount: part, textDigest };
}
