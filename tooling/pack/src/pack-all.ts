import type { Steps } from '@holdfast/command';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from './build.ts';
import { bundle } from './bundle.ts';
import { checkCommand, checkTarball } from './check-tarball.ts';
import { bundledNames, carriedNames, type PackedName, packedNames } from './packed-names.ts';
import { writeSboms } from './sbom.ts';
import { stagePages } from './stage-pages.ts';
import { openStage } from './stage.ts';
import { writeTarball } from './write-tarball.ts';

/**
 * Builds every package that others can install, and `holdfast` of them and of what runs; checks each, and writes its
 * tarball.
 *
 * @param directory where they go, all of them or, after a failure, none; an SBOM beside each
 * @returns their paths, each after those it needs
 * @throws StepFailed, with what the compiler or a check said
 * @example
 * await packAll('/tmp/tarballs', silentSteps); // ['/tmp/tarballs/holdfast-domain-0.1.0.tgz', …]
 */
export async function packAll(directory: string, steps: Steps): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pack-'));
  try {
    const stage = await openStage(join(folder, 'stage'));
    const outer = join(folder, 'outer');
    const made = new Map<PackedName, string>();
    const stageBuilt = async (name: PackedName) => {
      const staged = await stage.add(name);
      await build(staged);
      return staged;
    };
    const make = async (name: PackedName) => {
      const staged = await (name === 'web' ? stagePages(join(folder, 'pages')) : stageBuilt(name));
      const tarball = await writeTarball(staged, join(folder, 'inner'));
      made.set(name, tarball);
      return tarball;
    };
    const checked: string[] = [];
    for (const name of packedNames) {
      checked.push(
        await steps.step(`@holdfast/${name}`, async () => checkTarball(await make(name))),
      );
    }
    const whole = await steps.step('holdfast', async () => {
      for (const name of bundledNames) await make(name);
      const carried = carriedNames.map((name) => [name, made.get(name) ?? ''] as const);
      return checkCommand(await bundle(carried, join(folder, 'holdfast')));
    });
    await steps.step('What each brings along (SBOM)', () => writeSboms(outer));
    return await deliver([...checked, whole], { outer, directory });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Delivery {
  /** Has what goes with the tarballs. */
  readonly outer: string;
  readonly directory: string;
}

async function deliver(
  tarballs: readonly string[],
  { outer, directory }: Delivery,
): Promise<readonly string[]> {
  await cp(outer, directory, { recursive: true });
  return Promise.all(
    tarballs.map(async (tarball) => {
      const delivered = join(directory, basename(tarball));
      await cp(tarball, delivered);
      return delivered;
    }),
  );
}
