import { mkdir } from 'node:fs/promises';
import { countOf, exitCodeOfVerdict, say, verdictMark } from '@holdfast/command';
import type { Database } from '@holdfast/data';
import { Command } from 'commander';
import {
  type CheckedArchive,
  checkArchiveFile,
  checkStoredArchive,
} from '../archive/check-archive.ts';
import { eachArchive } from '../archive/each-archive.ts';
import { type ExportedArchive, exportArchive } from '../archive/export-archive.ts';
import { withDatabase } from '../servers/database.ts';
import { openSource } from '../stack/source.ts';
import { helpAfter } from './help.ts';
import { databaseUrl, uuid } from './options.ts';

interface ArchiveOptions {
  readonly event?: string;
  readonly databaseUrl?: string;
  readonly json?: boolean;
}

const aboutExport = `
Writes each archive to DIRECTORY/<event>.ndjson.gz: lines of JSON, compressed.
sha256sum of a file is the digest that the database has (removals.digest). What
is there already, byte for byte, is left alone.`;

const exportHelp = helpAfter(aboutExport, [
  ['pnpm holdfast archive export /backup/archives', 'all of them'],
]);

const aboutVerify = `
Proves that archives are whole, and that their rows keep the promises I1 to I9:
they are put into temporary tables, and the audit runs on these. Without files
it proves those of the database, which it needs for files, too.`;

const verifyHelp = helpAfter(aboutVerify, [
  ['pnpm holdfast archive verify', 'all archives of the database'],
  ['pnpm holdfast archive verify /backup/archives/*.gz', 'files'],
]);

export function archiveCommand(): Command {
  return new Command('archive')
    .description('Events that retention has moved out of the tables')
    .addCommand(exportCommand())
    .addCommand(verifyCommand());
}

function exportCommand(): Command {
  return new Command('export')
    .description('Write archives to files')
    .argument('<directory>', 'where to; it is made')
    .option('--event <id>', 'one event (default: all)', uuid)
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--json', 'print the files as JSON')
    .addHelpText('after', exportHelp)
    .action(async (directory: string, options: ArchiveOptions) => {
      await mkdir(directory, { recursive: true });
      const files = await withArchives(options, async (database) => {
        const exported: ExportedArchive[] = [];
        for await (const archive of eachArchive(database, options.event ?? null)) {
          exported.push(await exportArchive(database, archive, directory));
        }
        return exported;
      });
      const written = files.filter(({ wasThere }) => !wasThere).length;
      const text = `${countOf(files.length, 'archive')} in ${directory}, ${written} of them written now.\n`;
      say({ json: { files }, text: () => text }, options);
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Prove that archives are whole and keep every promise')
    .argument('[files...]', 'files that export wrote')
    .option('--event <id>', 'one event of the database (default: all)', uuid)
    .option('--database-url <url>', 'which database (default: DATABASE_URL)', databaseUrl)
    .option('--json', 'print what was found as JSON')
    .addHelpText('after', verifyHelp)
    .action(async (files: readonly string[], options: ArchiveOptions) => {
      const archives = await withArchives(options, (database) =>
        checkAll(database, files, options),
      );
      const isKept = archives.every(({ verdict }) => verdict === 'pass');
      const verdict = isKept ? 'pass' : 'fail';
      say(
        {
          json: { verdict, archives },
          text: (layout) => `${textOf(archives)}${verdictMark(verdict, layout)}\n`,
        },
        options,
      );
      process.exitCode = exitCodeOfVerdict(verdict);
    });
}

async function checkAll(
  database: Database,
  files: readonly string[],
  { event }: ArchiveOptions,
): Promise<readonly CheckedArchive[]> {
  const checked: CheckedArchive[] = [];
  for (const file of files) checked.push(await checkArchiveFile(database, file));
  if (files.length > 0) return checked;
  for await (const archive of eachArchive(database, event ?? null)) {
    checked.push(await checkStoredArchive(database, archive));
  }
  return checked;
}

function textOf(archives: readonly CheckedArchive[]): string {
  const bookings = archives.reduce((sum, { bookingCount }) => sum + bookingCount, 0);
  const broken = archives.filter(({ verdict }) => verdict === 'fail');
  return [
    ...broken.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}\n`)),
    `${countOf(archives.length, 'archive')} with ${countOf(bookings, 'booking')}: ${broken.length} broken. `,
  ].join('');
}

async function withArchives<T>(
  options: ArchiveOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  await using source = await openSource(options);
  return await withDatabase({ url: source.url, applicationName: 'holdfast-archive' }, work);
}
