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
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (await canRun(path)) return path;
    }
  }
  return null;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
