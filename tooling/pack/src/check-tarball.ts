import { dirname } from 'node:path';
import { commands } from './repository.ts';
import { run } from './run.ts';

/**
 * Looks at a tarball as those who install it will: does each export lead to a file that Node and
 * TypeScript can read? Only as a module: `require` of it is for Node 22 and newer.
 *
 * @returns the tarball
 * @throws Error with what publint or arethetypeswrong found
 */
export async function checkTarball(tarball: string): Promise<string> {
  const cwd = dirname(tarball);
  await run(commands.publint, ['run', tarball, '--strict'], cwd);
  await run(commands.attw, [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], cwd);
  return tarball;
}

/**
 * The same for a package that has a command and no export.
 *
 * @returns the tarball
 * @throws Error with what publint found
 */
export async function checkCommand(tarball: string): Promise<string> {
  await run(commands.publint, ['run', tarball, '--strict'], dirname(tarball));
  return tarball;
}
