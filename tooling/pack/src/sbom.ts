import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packedNames } from './packed-names.ts';
import { commands, repository } from './repository.ts';
import { run } from './run.ts';

/**
 * Writes what each package brings along when it is installed, with versions and licences, as CycloneDX: one
 * file a package, named as its tarball, and one for `holdfast`.
 *
 * @param directory is made where it is missing
 * @throws Error with what pnpm said
 */
export async function writeSboms(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const options = ['sbom', '--prod', '--sbom-format', 'cyclonedx'];
  const each = ['--split', '--out', join(directory, '%s-%v.cdx.json')];
  await run(commands.pnpm, [...filtersOf(packedNames), ...options, ...each], repository);
  const whole = ['--sbom-type', 'application', '--out', join(directory, 'holdfast-%v.cdx.json')];
  const programs = filtersOf(['api', 'web', 'worker', 'cli']);
  await run(commands.pnpm, [...programs, ...options, ...whole], repository);
}

function filtersOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => ['--filter', `@holdfast/${name}`]);
}
