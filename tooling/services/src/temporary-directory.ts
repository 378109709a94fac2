import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './process-tree.ts';

const prefix = 'holdfast-services-';
const keptForMs = 60 * 60 * 1_000;

/**
 * A new directory whose name ends on our process id and a random part. A process that is killed
 * leaves its own behind, so those of dead processes are removed here once they are an hour old.
 *
 * @throws Error, with the fix, where there is no place for it.
 */
export async function makeTemporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)).catch(explain);
  await removeLeftovers();
  // A server that runs as nobody passes through; what lies below is closed by its own mode.
  await chmod(directory, 0o711);
  return directory;
}

function explain(error: unknown): never {
  throw new Error(
    `No folder can be made in ${tmpdir()}. Set TMPDIR to a folder that is there and can be written.`,
    { cause: error },
  );
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const path = join(tmpdir(), name);
    if (!(await isLeftover(path, name))) continue;
    // Another user's is not ours to remove.
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isLeftover(path: string, name: string): Promise<boolean> {
  const owner = Number.parseInt(name.slice(prefix.length), 10);
  if (isAlive(owner)) return false;
  const times = await stat(path).catch(() => null);
  return times !== null && Date.now() - times.mtimeMs > keptForMs;
}
