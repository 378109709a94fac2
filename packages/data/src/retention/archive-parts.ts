import { createHash, type Hash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';
import { createGunzip, gunzip, gzip } from 'node:zlib';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { read } from '../read/read.ts';
import { statement } from '../sql/statement.ts';
import { ArchiveBroken } from './archive-lines.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const insertPart = statement(
  'insert_archive_part',
  'insert into archive_parts (event_id, part, content) values (:eventId, :part, :content)',
);

const archivePart = statement(
  'archive_part',
  'select content from archive_parts where event_id = :eventId and part = :part',
);

/** Stores text as the part of this number. Throws DatabaseUnavailable. */
export async function writePart(
  { pool }: Database,
  { eventId, part }: { readonly eventId: string; readonly part: number },
  text: string,
): Promise<void> {
  const content = await compress(text);
  await mapFaults(() => pool.query(insertPart({ eventId, part, content })));
}

/** The parts of an event's archive in order: all together they are a file. Throws DatabaseUnavailable. */
export async function* readParts(database: Database, eventId: string): AsyncGenerator<Buffer> {
  for (let part = 1; ; part += 1) {
    const [row] = await read<{ content: Buffer }>(database, archivePart({ eventId, part }));
    if (row === undefined) return;
    yield row.content;
  }
}

/**
 * The lines of parts that each have whole lines. `digest` takes the bytes as they pass.
 *
 * @throws ArchiveBroken
 */
export async function* linesOfParts(
  parts: AsyncIterable<Buffer>,
  digest: Hash = createHash('sha256'),
): AsyncGenerator<string> {
  for await (const part of parts) {
    digest.update(part);
    const text = await orBroken(() => decompress(part));
    yield* text.toString().trimEnd().split('\n');
  }
}

/**
 * The lines of a whole archive, whatever the bytes come in. `digest` takes the bytes as they pass.
 *
 * @throws ArchiveBroken
 * @example linesOfFile(createReadStream(path))
 */
export async function* linesOfFile(
  bytes: AsyncIterable<Buffer>,
  digest: Hash = createHash('sha256'),
): AsyncGenerator<string> {
  async function* passed() {
    for await (const chunk of bytes) {
      digest.update(chunk);
      yield chunk;
    }
  }
  const text = createGunzip();
  // What fails ends the text, too, and is thrown below.
  pipeline(Readable.from(passed()), text, () => {});
  const decoder = new StringDecoder();
  let rest = '';
  try {
    const chunks: AsyncIterable<Buffer> = text;
    for await (const chunk of chunks) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw brokenBy(error);
  }
  if (rest !== '') yield rest;
}

async function orBroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw brokenBy(error);
  }
}

function brokenBy(error: unknown): unknown {
  const isZlibs = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
  if (!isZlibs) return error;
  return new ArchiveBroken(`The archive cannot be decompressed: ${error.message}.`);
}
