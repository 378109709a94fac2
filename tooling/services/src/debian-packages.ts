import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withLock } from './cache-lock.ts';
import { run } from './run.ts';

const downloadTimeoutMs = 120_000;
const fetchSettings = ['Acquire::Retries=2', 'Acquire::http::Timeout=20'];

/**
 * The folder in which a Debian (or Ubuntu) package and whatever it needs and this machine lacks
 * are unpacked. Needs no root and installs nothing. The first call downloads (about 4 s, most of it
 * package lists); later ones find `directory` there.
 *
 * Many processes may ask at once. What `check` refuses, a cut download or an unpacking that was
 * killed never becomes `directory`: it is renamed into place when it is whole.
 *
 * @throws Error with what apt-get or dpkg-deb said.
 */
export async function unpackDebianPackage(request: {
  readonly name: string;
  readonly directory: string;
  /** Throws when what was unpacked does not work. */
  readonly check: (root: string) => Promise<void>;
  readonly log: (line: string) => void;
}): Promise<string> {
  const { name, directory, check, log } = request;
  if (await exists(directory)) return directory;
  return withLock(`${directory}.lock`, async () => {
    if (await exists(directory)) return directory;
    log(`Unpacking Debian's package ${name} into ${directory}, once`);
    const scratch = await mkdtemp(join(dirname(directory), 'unpacking-'));
    try {
      const root = join(scratch, 'root');
      await unpack(await download(name, scratch), root);
      await check(root);
      await rename(root, directory).catch(async (error: unknown) => {
        // Another process was faster.
        if (!(await exists(directory))) throw error;
      });
      return directory;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}

/**
 * apt-get, with lists, cache and locks of its own below `scratch`, so that it needs no root and
 * neither sees nor disturbs the machine's. It reads which packages are installed, and so leaves
 * out what is there already.
 */
async function download(name: string, scratch: string): Promise<string[]> {
  const state = join(scratch, 'state');
  const cache = join(scratch, 'cache');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const settings = [
    'APT::Sandbox::User=',
    'Debug::NoLocking=true',
    `Dir::State=${state}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${cache}`,
    ...fetchSettings,
  ].flatMap((setting) => ['-o', setting]);
  const options = { timeoutMs: downloadTimeoutMs };
  // A third party's list that cannot be had makes this fail while ours is there: go on, and see.
  const update = await run('apt-get', [...settings, '-qq', 'update'], options);
  const install = await run(
    'apt-get',
    [
      ...settings,
      '-qqy',
      '--no-install-recommends',
      '--reinstall',
      '--download-only',
      'install',
      name,
    ],
    options,
  );
  if (!install.succeeded) throw new Error(`${update.output}\n${install.output}`.trim());
  const archives = join(cache, 'archives');
  const files = await readdir(archives);
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(archives, file));
}

async function unpack(packages: readonly string[], root: string): Promise<void> {
  await mkdir(root);
  for (const file of packages) {
    const { succeeded, output } = await run('dpkg-deb', ['--extract', file, root]);
    if (!succeeded) throw new Error(output);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
