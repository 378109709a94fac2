import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Longer than the slowest of them takes by far: it hangs. */
const timeoutMs = 120_000;

/** What the longest complaint of a compiler takes, many times over. */
const maxBuffer = 10_000_000;

/**
 * Runs a command to its end.
 *
 * @returns what it printed on stdout
 * @throws Error with what it printed, where its exit code is not 0
 */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const options = { cwd, timeout: timeoutMs, maxBuffer };
    return (await execFileAsync(program, args, options)).stdout;
  } catch (error) {
    throw new Error(printedBy(error), { cause: error });
  }
}

function printedBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
  return `${stdout}${stderr}`.trim() || error.message;
}
