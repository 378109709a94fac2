import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentSteps } from '@holdfast/command';
import type { TestProject } from 'vitest/node';
import { packAll } from '../src/pack-all.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of every package, in the order of `packedNames`. */
    tarballs: readonly string[];
  }
}

/** Packs every package once for all files that use what is packed. */
export default async function packOnce(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tarballs-'));
  project.provide('tarballs', await packAll(folder, silentSteps));
  return () => rm(folder, { recursive: true, force: true });
}
