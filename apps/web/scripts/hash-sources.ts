import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What the pages are made of, from the folder of this package. */
const sources = [
  'index.html',
  'vite.config.ts',
  'package.json',
  'src',
  'messages',
  'public',
  '../../packages/client/src',
  '../../packages/react/src',
  '../../pnpm-workspace.yaml',
];

/**
 * A name for the contents of all files that the pages are built of: another one where any of them is another.
 *
 * @param root the folder of this package
 */
export async function hashSources(root: string): Promise<string> {
  const files = await Promise.all(sources.map((source) => filesAt(join(root, source))));
  const hash = createHash('sha256');
  for (const file of files.flat().toSorted()) {
    const content = await readFile(file);
    hash.update(`${relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function filesAt(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return null;
      throw error;
    },
  );
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
