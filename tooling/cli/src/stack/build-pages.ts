import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repository } from './repository.ts';

/** Longer than the slowest machine takes by far: it hangs. */
const timeoutMs = 120_000;

/**
 * Builds the pages that the api serves, where they are not what their sources say: a second or two. Where Holdfast is
 * installed they came with it.
 *
 * @returns what was done, in a few words
 * @throws Error with what the build said
 */
export async function buildPages(): Promise<string> {
  if (repository.pagesBuild === null) return 'as installed';
  try {
    const built = await promisify(execFile)(process.execPath, [repository.pagesBuild], {
      timeout: timeoutMs,
    });
    return built.stdout.startsWith('unchanged') ? 'unchanged' : 'built';
  } catch (error) {
    throw new Error(`${complaintOf(error)}\nTo start without pages: WEB=false`, { cause: error });
  }
}

function complaintOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : '';
  return printed || error.message;
}
