import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readServicesEnv, unpackDebianPackage } from '@holdfast/services';

const run = promisify(execFile);
const program = 'usr/bin/promtool';

/**
 * The program `promtool`: that of the PATH, else of Debian's package prometheus, unpacked without installing
 * it (an installed one would start a server). `null` where neither can be had; the reason is said.
 */
export async function findPromtool(): Promise<string | null> {
  try {
    await run('promtool', ['--version']);
    return 'promtool';
  } catch {
    return await unpackPromtool();
  }
}

async function unpackPromtool(): Promise<string | null> {
  try {
    const { cacheDirectory } = readServicesEnv();
    if (cacheDirectory === null) throw new Error('no home folder to unpack it in');
    await mkdir(cacheDirectory, { recursive: true });
    const directory = await unpackDebianPackage({
      name: 'prometheus',
      directory: join(cacheDirectory, 'prometheus'),
      check: async (root) => void (await run(join(root, program), ['--version'])),
      log: () => {},
    });
    return join(directory, program);
  } catch (error) {
    console.warn(`Without promtool the alarms are not checked: ${String(error)}`);
    return null;
  }
}
