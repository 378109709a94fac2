import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashSources } from './hash-sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist');
/** Says of which sources the pages were built. Nobody is served it. */
const marker = 'built-from.txt';

interface BuiltPages {
  readonly folder: string;
  /** `false`: they were there already. */
  readonly isNew: boolean;
}

/**
 * Builds the pages of these sources, where that has not been done: a few seconds, or a tenth of one. It may run in
 * several processes at once: each builds for itself, and then one of them is what stays.
 *
 * @throws Error with what Vite said
 * @example const { folder } = await buildPages();
 */
export async function buildPages(): Promise<BuiltPages> {
  const sources = await hashSources(root);
  if (await isBuiltFrom(sources)) return { folder, isNew: false };
  const made = await mkdtemp(join(root, 'dist-'));
  try {
    // It takes a second to load, which who has nothing to build does not wait for.
    const { build } = await import('vite');
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      build: { outDir: made, emptyOutDir: true },
    });
    await writeFile(join(made, marker), sources);
    // A temporary folder is for its owner alone; an api may run as somebody else.
    await chmod(made, 0o755);
    await putInPlace(made, sources);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return { folder, isNew: true };
}

async function isBuiltFrom(sources: string): Promise<boolean> {
  return (await readFile(join(folder, marker), 'utf8').catch(() => null)) === sources;
}

const attemptCountMax = 5;

/**
 * A folder takes the place of another in two steps: somebody else's may come in between. One that is there already, of the
 * same sources, stays: somebody may be reading it.
 */
async function putInPlace(made: string, sources: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    if (await isBuiltFrom(sources)) return;
    await rm(folder, { recursive: true, force: true });
    try {
      await rename(made, folder);
      return;
    } catch (error) {
      if (attempt === attemptCountMax) throw error;
    }
  }
}
