import { open, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '@holdfast/command';

/** A file that can be written; disposed of unwritten, it is as it was before. */
export interface ReportFile extends AsyncDisposable {
  readonly path: string;
  write(content: string): Promise<void>;
}

/**
 * Makes sure that a report can be written, before minutes go into what it reports on.
 *
 * @throws UsageError with the fix where it cannot
 * @example
 * await using file = await claimReportFile('report.html');
 * await file.write(pageOf(await measure()));
 */
export async function claimReportFile(given: string): Promise<ReportFile> {
  const path = resolve(given);
  const isNew = (await stat(path).catch(() => null)) === null;
  try {
    // To add to a file changes nothing yet.
    await (await open(path, 'a')).close();
  } catch (error) {
    throw explained(error, path);
  }
  let isWritten = false;
  return {
    path,
    async write(content) {
      await writeFile(path, content);
      isWritten = true;
    },
    async [Symbol.asyncDispose]() {
      if (isNew && !isWritten) await rm(path, { force: true });
    },
  };
}

const fixes: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) =>
    `There is no folder ${dirname(path)}. Make it first: mkdir -p '${dirname(path)}'`,
  ENOTDIR: (path) => `${dirname(path)} is no folder. Name a file in a folder that there is.`,
  EISDIR: (path) => `${path} is a folder. Name a file in it: ${path}/report.html`,
};

function explained(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  const fix = fixes[error.code] ?? (() => `Name a file in a folder of your own.`);
  return new UsageError(`--report: ${path} cannot be written (${error.code}). ${fix(path)}`);
}
