import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, isAlive } from './process-tree.ts';

const shutdownMsMax = 5_000;
const pollIntervalMs = 50;

/** Where a server writes its process id, and what its command line holds. */
export interface PidFile {
  readonly service: string;
  readonly path: string;
  readonly commandHolds: string;
}

/**
 * Make sure that no server works on a data directory, from the pid file that one would have left.
 *
 * A server whose parent has just died is still shutting down: it is given 5 s. The pid file of a
 * dead one is removed, also when its number now belongs to another program, which a server itself
 * would take for a living one.
 */
export async function claimDirectory(pidFile: PidFile, waitMs = shutdownMsMax): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const pid = await findOwner(pidFile);
    if (pid === null) return rm(pidFile.path, { force: true });
    if (Date.now() > deadline) {
      throw new Error(
        `${pidFile.service} already runs on this data directory, as process ${pid} (${pidFile.path}). ` +
          'Stop it, or choose another directory.',
      );
    }
    await sleep(pollIntervalMs);
  }
}

async function findOwner({ path, commandHolds }: PidFile): Promise<number | null> {
  const content = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(content, 10);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  return commandLineOf(pid).includes(commandHolds) ? pid : null;
}
