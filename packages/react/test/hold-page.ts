import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFolder } from '@holdfast/testing/static-server';
import { build } from 'vite';

/** Builds the page of the fixtures, and serves it on an origin of its own. */
export async function servePage(): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-hooks-'));
  await build({
    root: fileURLToPath(new URL('fixtures/page/', import.meta.url)),
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true, minify: false },
  });
  const { origin, close } = await serveFolder(folder);
  return {
    origin,
    async close() {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
