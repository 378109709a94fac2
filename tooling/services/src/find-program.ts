import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The full path of the first of `names` that can be run from `directories`, or `null`. A name
 * earlier in the list wins wherever it lies.
 *
 * @example await findProgram(['redis-server', 'valkey-server'], ['/usr/bin'])
 */
export async function findProgram(
  names: readonly string[],
  directories: readonly string[],
): Promise<string | null> {
  const paths = names.flatMap((name) => directories.map((directory) => join(directory, name)));
  for (const path of paths) {
    const cannotRun = await access(path, constants.X_OK).catch(() => true);
    if (!cannotRun) return path;
  }
  return null;
}
