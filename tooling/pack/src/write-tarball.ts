import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { commands } from './repository.ts';
import { run } from './run.ts';

/**
 * Writes the tarball of a built package, named as `pnpm pack` names it.
 *
 * @returns its path
 */
export async function writeTarball(staged: string, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const before = new Set(await readdir(directory));
  await run(commands.pnpm, ['pack', '--pack-destination', directory], staged);
  const written = (await readdir(directory)).filter((file) => !before.has(file));
  const [tarball] = written;
  if (tarball === undefined || written.length > 1) {
    throw new Error(`pnpm pack wrote ${written.length} tarballs of ${staged}, and not one.`);
  }
  return join(directory, tarball);
}
