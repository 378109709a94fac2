import { readOpenFilesMax } from '@holdfast/process';
import { figure, UsageError } from '@holdfast/command';
import { connectionCountMax } from '../load/load.ts';

/** What a process has open beside the connections of a load: pools, logs, pipes, its own code. */
const otherFileCount = 150;

/**
 * Throws UsageError, with the fix, where so many users at once need more open files than are
 * allowed. Each connection is one here and one in the api: without them users fall silent, and the
 * audit cannot be made either.
 *
 * @example expectOpenFiles(1_000, 256)
 * // 1,000 users at once need 1,150 open files, and 256 are allowed (ulimit -n). …
 */
export function expectOpenFiles(userCount: number, openFilesMax = readOpenFilesMax()): void {
  const needed = Math.min(userCount, connectionCountMax) + otherFileCount;
  if (openFilesMax === null || openFilesMax >= needed) return;
  const possible = openFilesMax - otherFileCount;
  const fewer =
    possible < 1
      ? ''
      : `, or let fewer users at it: pnpm stress --users ${possible} --seats ${Math.ceil(possible / 2)}`;
  throw new UsageError(
    `${figure(userCount)} users at once need ${figure(needed)} open files, and ${figure(openFilesMax)} are allowed (ulimit -n). Allow more: ulimit -n 4096, in a new shell where this one refuses${fewer}.`,
  );
}
