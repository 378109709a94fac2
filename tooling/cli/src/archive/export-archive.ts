import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, readParts, type SealedArchive } from '@holdfast/data';

/** A file that an archive was written to, or that was there already. */
export interface ExportedArchive {
  readonly eventId: string;
  readonly file: string;
  readonly digest: string;
  /** It was there, byte for byte. */
  readonly wasThere: boolean;
}

/**
 * Writes an archive to a file of its event's name. A file that is there under that name is whole: it gets the name
 * when the disk has all of it.
 *
 * @throws Error where what was written is not what the database has the digest of
 */
export async function exportArchive(
  database: Database,
  { eventId, digest }: SealedArchive,
  directory: string,
): Promise<ExportedArchive> {
  const file = join(directory, `${eventId}.ndjson.gz`);
  const exported = { eventId, file, digest };
  if (existsSync(file) && (await digestOf(file)) === digest) return { ...exported, wasThere: true };
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600);
  try {
    for await (const bytes of readParts(database, eventId)) await handle.write(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if ((await digestOf(part)) !== digest) {
    throw new Error(`The archive of ${eventId} is not what its digest says: ${part}.`);
  }
  await rename(part, file);
  return { ...exported, wasThere: false };
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  const content: AsyncIterable<Buffer> = createReadStream(file);
  for await (const bytes of content) hash.update(bytes);
  return hash.digest('hex');
}
