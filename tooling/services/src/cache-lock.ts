import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './process-tree.ts';

const heldForMsMax = 180_000;
const pollIntervalMs = 100;

/**
 * Run `work` while no other process does so under the same lock file. The lock of a dead process,
 * and one older than 3 minutes, is taken over.
 *
 * It spares work and is no guard: in the instant of a take-over two may hold it, so what they do
 * must be harmless when done twice.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) {
    if (await isStale(path)) await rm(path, { force: true });
    else await sleep(pollIntervalMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const [content, times] = await Promise.all([
    readFile(path, 'utf8').catch(() => ''),
    stat(path).catch(() => null),
  ]);
  if (times === null) return false;
  const owner = Number.parseInt(content, 10);
  // Its owner has made the file and not yet written its number.
  const isOwnerDead = Number.isSafeInteger(owner) && owner > 0 && !isAlive(owner);
  return isOwnerDead || Date.now() - times.mtimeMs > heldForMsMax;
}
