import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readServicesEnv } from '../src/env.ts';
import { findProgram } from '../src/find-program.ts';
import { temporary } from './temporary.ts';

/** A PATH on which there are these programs, as far as the machine has them, and no others. */
export async function pathOf(names: readonly string[]): Promise<string> {
  const bin = join(await temporary(), 'bin');
  await mkdir(bin);
  const { programDirectories } = readServicesEnv();
  for (const name of names) {
    const path = await findProgram([name], programDirectories);
    if (path !== null) await symlink(path, join(bin, name));
  }
  return bin;
}
