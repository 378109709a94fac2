import { cp, mkdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { repository } from './repository.ts';
import { run } from './run.ts';
import { writeJson } from './stage.ts';

const web = join(repository, 'apps/web');

/**
 * Builds the pages, and makes a package of them that the api finds beside itself: built files alone. What these are built
 * of is in them, so nothing else is installed for it.
 *
 * @param folder is made
 * @returns the folder
 * @throws Error with what the build said
 */
export async function stagePages(folder: string): Promise<string> {
  await run(process.execPath, [join(web, 'scripts/build.ts')], web);
  await mkdir(folder, { recursive: true });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own package.json.
  const manifest = JSON.parse(await readFile(join(web, 'package.json'), 'utf8')) as Manifest;
  const { name, version, description, license, type } = manifest;
  const kept = { name, version, description, license, type, files: ['dist'] };
  await writeJson(join(folder, 'package.json'), kept);
  await cp(join(repository, 'LICENSE'), join(folder, 'LICENSE'));
  await cp(join(web, 'dist'), join(folder, 'dist'), {
    recursive: true,
    // It says of which sources they were built, which are not there.
    filter: (file) => extname(file) !== '.txt',
  });
  return folder;
}

type Manifest = Readonly<Record<'name' | 'version' | 'description' | 'license' | 'type', string>>;
