import type { Steps } from '@holdfast/command';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from './build.ts';
import { bundle } from './bundle.ts';
import { checkCommand, checkTarball } from './check-tarball.ts';
import { bundledNames, type PackedName, packedNames } from './packed-names.ts';
import { writeSboms } from './sbom.ts';
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
    const made = new Map<PackedName, string>();
    const make = async (name: PackedName) => {
      const staged = await stage.add(name);
      await build(staged);
      const tarball = await writeTarball(staged, join(folder, 'tarballs'));
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
      made.delete('sales');
      return checkCommand(await bundle(made, join(folder, 'holdfast')));
    });
    checked.push(whole);
    const delivered = await deliver(checked, directory);
    await steps.step('What each brings along (SBOM)', () => writeSboms(directory));
    return delivered;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function deliver(tarballs: readonly string[], directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  return Promise.all(
    tarballs.map(async (tarball) => {
      const delivered = join(directory, basename(tarball));
      await cp(tarball, delivered);
      return delivered;
    }),
  );
}
