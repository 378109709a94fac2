import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installedManifest, type Manifest } from './installed-manifest.ts';
import { bundledNames, type PackedName, packedNames } from './packed-names.ts';
import { repository } from './repository.ts';

/** Where packages are built: a workspace beside ours, of which no file of ours can be hurt. */
export interface Stage {
  /**
   * Brings a package's sources, with the package.json that will be installed. What it imports of
   * ours is what the stage has made of that, never its source.
   *
   * @returns its folder
   */
  add(name: PackedName): Promise<string>;
}

/** Makes the stage in a folder that does not exist yet. */
export async function openStage(folder: string): Promise<Stage> {
  await mkdir(folder, { recursive: true });
  // It has the catalog, from which pnpm takes versions.
  await cp(join(repository, 'pnpm-workspace.yaml'), join(folder, 'pnpm-workspace.yaml'));
  return { add: (name) => addPackage(folder, name) };
}

async function addPackage(folder: string, name: PackedName): Promise<string> {
  const original = originalOf(name);
  const staged = join(folder, 'packages', name);
  await mkdir(staged, { recursive: true });
  const text = await readFile(join(original, 'package.json'), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own package.json.
  const manifest = JSON.parse(text) as Manifest;
  await writeJson(join(staged, 'package.json'), installedManifest(manifest));
  for (const file of ['src', 'README.md', 'tsconfig.json']) {
    const source = join(original, file);
    if (existsSync(source)) await cp(source, join(staged, file), { recursive: true });
  }
  await cp(join(repository, 'LICENSE'), join(staged, 'LICENSE'));
  await linkImports(original, staged, manifest);
  return staged;
}

function originalOf(name: PackedName): string {
  const places = ['packages', 'apps', 'tooling'].map((folder) => join(repository, folder, name));
  const [found] = places.filter((place) => existsSync(join(place, 'package.json')));
  if (found === undefined) throw new Error(`There is no package in a folder named ${name}.`);
  return found;
}

/** Its node_modules: of ours what is staged, of others what our workspace has installed. */
async function linkImports(original: string, staged: string, manifest: Manifest): Promise<void> {
  const types = Object.keys(manifest.devDependencies ?? {}).filter(
    (name) => name.startsWith('@types/') || name === '@holdfast/typescript',
  );
  const others = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  for (const name of new Set([...others, ...types])) {
    const ours = [...packedNames, ...bundledNames].find((each) => name === `@holdfast/${each}`);
    const link = join(staged, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(
      ours === undefined ? join(original, 'node_modules', name) : join(dirname(staged), ours),
      link,
    );
  }
}

export function writeJson(file: string, value: unknown): Promise<void> {
  return writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
