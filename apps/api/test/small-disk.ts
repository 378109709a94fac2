import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A disk of its own that can be filled up. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves not a byte on it. */
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  clear(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A disk in memory. Null where this process may not mount one: that takes root, on Linux.
 *
 * @example const disk = await mountSmallDisk({ megabytes: 160 })
 */
export async function mountSmallDisk({
  megabytes,
}: {
  readonly megabytes: number;
}): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => fillUp(ballast),
    clear: () => rm(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      await run('umount', ['--lazy', path]);
      await rm(path, { recursive: true });
    },
  };
}

async function fillUp(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1_048_576, 4_096]) await writeUntilFull(file, Buffer.alloc(size));
  } finally {
    await file.close();
  }
}

async function writeUntilFull(
  file: Awaited<ReturnType<typeof open>>,
  block: Buffer,
): Promise<void> {
  try {
    for (;;) await file.write(block);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
