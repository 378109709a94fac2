import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveEvent, commit, type Database, relayOutbox } from '@holdfast/data';
import { createOf, freshTables } from '@holdfast/fixtures';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withDatabase } from '../src/servers/database.ts';
import { runCommand } from './command.ts';

let url: string;
let directory: string;
let eventId: string;
beforeAll(async () => {
  url = await freshTables();
  directory = await mkdtemp(join(tmpdir(), 'holdfast-archives-'));
  eventId = await withDatabase({ url }, archivedEvent);
});
afterAll(() => rm(directory, { recursive: true }));

/** An event that was sold once, to ann, and archived. */
async function archivedEvent(database: Database): Promise<string> {
  const id = randomUUID();
  await commit(database, id, [
    createOf(id, { total: 5, date: Date.now() - 1_000 }),
    { type: 'open', organizerId: 'organizer' },
    { type: 'book', bookingId: randomUUID(), userId: 'ann', quantity: 2 },
    { type: 'close', organizerId: 'organizer', as: 'closed' },
  ]);
  await relayOutbox(database, { changeCountMax: 100, deliver: async () => {} });
  const { signal } = new AbortController();
  const bounds = { endedBefore: Date.now() + 60_000, rowCountPerRemoval: 100, signal };
  expect(await archiveEvent(database, id, bounds)).toMatchObject({ status: 'archived' });
  return id;
}

const holdfast = (...args: readonly string[]) => runCommand([...args, '--database-url', url]);

test('an archive is written to a file, which is proved, and one with a changed byte is found', async () => {
  expect(await holdfast('archive', 'export', directory)).toMatchObject({
    exitCode: 0,
    stdout: `1 archive in ${directory}, 1 of them written now.\n`,
  });
  const again = await holdfast('archive', 'export', directory, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ files: [{ eventId, wasThere: true }] });
  expect(await readdir(directory)).toEqual([`${eventId}.ndjson.gz`]);
  const file = join(directory, `${eventId}.ndjson.gz`);
  const proved = await holdfast('archive', 'verify', file, '--json');
  expect(JSON.parse(proved.stdout)).toMatchObject({
    verdict: 'pass',
    archives: [{ bookingCount: 1, faults: [] }],
  });

  const bytes = await readFile(file);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  await writeFile(file, bytes);
  const broken = await holdfast('archive', 'verify', file);
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toContain('1 broken');
});

test('a user is erased from an archive, which is proved afterwards', async () => {
  const erased = await holdfast('erase-user', 'ann', '--by', 'privacy desk');
  expect(erased).toMatchObject({
    exitCode: 0,
    stdout: 'The id is gone from 0 bookings, 0 ledger rows, 0 orders, 1 archive.\n',
  });
  expect(await holdfast('archive', 'verify')).toMatchObject({ exitCode: 0 });
});
