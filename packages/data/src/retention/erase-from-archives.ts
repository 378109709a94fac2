import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { isRow, type JsonRow } from './archive-lines.ts';

/** Which id, and what takes its place. */
export interface Renaming {
  readonly userId: string;
  readonly name: string;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * Puts the new name into every sealed archive that has the id, and seals it anew. All archives are read, one part
 * at a time.
 *
 * @returns how many archives had it
 */
export async function eraseFromArchives(client: PoolClient, renaming: Renaming): Promise<number> {
  const { rows } = await client.query<{ eventId: string; partCount: number }>(sealedArchives);
  let erasedCount = 0;
  for (const archive of rows) {
    if (!(await hasUser(client, archive, renaming))) continue;
    await rewrite(client, archive, renaming);
    erasedCount += 1;
  }
  return erasedCount;
}

interface Archive {
  readonly eventId: string;
  readonly partCount: number;
}

const sealedArchives = `
  select event_id as "eventId", part_count as "partCount" from removals
  where sealed_at is not null order by event_id`;

async function readText(client: PoolClient, { eventId }: Archive, part: number): Promise<string> {
  const { rows } = await client.query<{ content: Buffer }>(
    'select content from archive_parts where event_id = $1 and part = $2',
    [eventId, part],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`Part ${part} of the archive of ${eventId} is missing.`);
  return (await decompress(row.content)).toString();
}

async function hasUser(client: PoolClient, archive: Archive, { userId }: Renaming) {
  const found = JSON.stringify(userId);
  for (let part = 1; part <= archive.partCount; part += 1) {
    if ((await readText(client, archive, part)).includes(found)) return true;
  }
  return false;
}

async function rewrite(client: PoolClient, archive: Archive, renaming: Renaming): Promise<void> {
  const [text, bytes] = [createHash('sha256'), createHash('sha256')];
  for (let part = 1; part <= archive.partCount; part += 1) {
    const lines = (await readText(client, archive, part)).trimEnd().split('\n');
    const renamed = lines.map((line) => {
      const value: unknown = JSON.parse(line);
      if (!isRow(value))
        throw new Error(`The archive of ${archive.eventId} has a line that is no row.`);
      if ('end' in value) return JSON.stringify({ ...value, sha256: text.digest('hex') });
      const changed = renamedLine(line, value, renaming);
      text.update(`${changed}\n`);
      return changed;
    });
    const content = await compress(`${renamed.join('\n')}\n`);
    bytes.update(content);
    await client.query('update archive_parts set content = $3 where event_id = $1 and part = $2', [
      archive.eventId,
      part,
      content,
    ]);
  }
  await client.query('update removals set digest = $2 where event_id = $1', [
    archive.eventId,
    bytes.digest('hex'),
  ]);
}

/** Columns that name a user, and facts of the ledger that do. */
const userKeys: readonly string[] = ['user_id', 'offered_to', 'actor', 'userId', 'toUserId'];

function renamedLine(line: string, value: JsonRow, { userId, name }: Renaming): string {
  if (!line.includes(JSON.stringify(userId))) return line;
  return JSON.stringify(value, (key, each: unknown) =>
    userKeys.includes(key) && each === userId ? name : each,
  );
}
