import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { unpackDebianPackage } from '../src/debian-packages.ts';
import { readServicesEnv } from '../src/env.ts';
import { findProgram } from '../src/find-program.ts';
import { run } from '../src/run.ts';
import { temporary } from './temporary.ts';

afterEach(() => vi.unstubAllEnvs());

const hasDpkg = (await findProgram(['dpkg-deb'], readServicesEnv().programDirectories)) !== null;

/** A machine whose apt-get downloads one small package; `script` comes before it does. */
async function machine(script: string) {
  const home = await temporary();
  const source = join(home, 'source');
  await mkdir(join(source, 'DEBIAN'), { recursive: true });
  const control =
    'Package: greeting\nVersion: 1\nArchitecture: all\nMaintainer: a\nDescription: a\n';
  await writeFile(join(source, 'DEBIAN', 'control'), control);
  await writeFile(join(source, 'hello'), 'world');
  await run('dpkg-deb', ['--build', source, join(home, 'greeting.deb')]);

  const bin = join(home, 'bin');
  await mkdir(bin);
  const aptGet = `#!/bin/bash
for word; do case "$word" in Dir::Cache=*) cache="\${word#*=}";; install) install=yes;; esac; done
[ "$install" ] || exit 0
echo x >> ${home}/downloads
${script}
cp ${home}/greeting.deb "$cache/archives/"
`;
  await writeFile(join(bin, 'apt-get'), aptGet);
  await chmod(join(bin, 'apt-get'), 0o755);
  vi.stubEnv('PATH', [bin, ...readServicesEnv().programDirectories].join(delimiter));

  const cache = join(home, 'cache');
  const unpack = (check = async (_root: string) => {}) =>
    unpackDebianPackage({
      name: 'greeting',
      directory: join(cache, 'greeting'),
      check,
      log: () => {},
    });
  const downloads = async () => (await readFile(join(home, 'downloads'), 'utf8')).length / 2;
  return { home, cache, unpack, downloads };
}

test.runIf(hasDpkg)('a package is downloaded once, also for many who ask at once', async () => {
  const { unpack, downloads, cache } = await machine('sleep 0.3');
  const roots = await Promise.all([unpack(), unpack(), unpack()]);
  expect(await readFile(join(roots[0], 'hello'), 'utf8')).toBe('world');
  await unpack();
  expect(await downloads()).toBe(1);
  expect(await readdir(cache)).toEqual(['greeting']);
});

test.runIf(hasDpkg)(
  'a cut download leaves nothing behind, says why, and the next try works',
  async () => {
    const { unpack, cache, home } = await machine(
      // $0 is bin/apt-get in the home of this machine.
      `home="$(dirname "$(dirname "$0")")"
[ -e "$home/online" ] || { head -c 100 "$home/greeting.deb" > "$cache/archives/greeting.deb"; echo cut off; exit 100; }`,
    );
    await expect(unpack()).rejects.toThrow('cut off');
    expect(await readdir(cache)).toEqual([]);
    await writeFile(join(home, 'online'), '');
    await unpack();
    expect(await readdir(cache)).toEqual(['greeting']);
  },
);

test.runIf(hasDpkg)('what does not work when it is unpacked is not kept', async () => {
  const { unpack, cache } = await machine('');
  const fails = () => Promise.reject(new Error('a library is missing'));
  await expect(unpack(fails)).rejects.toThrow('a library is missing');
  expect(await readdir(cache)).toEqual([]);
});

test.runIf(hasDpkg)(
  'the lock of a process that was killed does not block the next one',
  async () => {
    const { unpack, cache } = await machine('');
    await mkdir(cache, { recursive: true });
    const gone = await run('sh', ['-c', 'echo $$']);
    await writeFile(join(cache, 'greeting.lock'), gone.output);
    await unpack();
    expect(await readdir(cache)).toEqual(['greeting']);
  },
);
