import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const buildScript = fileURLToPath(new URL('../scripts/build.ts', import.meta.url));

/**
 * The folder of the built pages, of the sources as they are. Built as `pnpm start` does it: in a process of its own.
 */
export async function builtPages(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [buildScript]);
  return stdout.trim().replace(/^\w+ /, '');
}
