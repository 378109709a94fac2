import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  readonly timeoutMs?: number;
}

/** What a program printed on stdout and stderr together, and whether it ended with exit code 0. */
export interface RunResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** What is kept of what a program prints: its end, which says why it failed. */
const outputLengthMax = 1_000_000;

/**
 * Run a program to its end, for at most `timeoutMs` (60 s). Never throws: a program that cannot be
 * started has not succeeded, and its output says why.
 *
 * It gets a session of its own, so that Ctrl-C in the terminal reaches us alone: a program that is
 * cut short says so in words of its own and leaves half of its work.
 */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { timeoutMs = 60_000, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...spawnOptions,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let printed = '';
    const print = (text: string) => (printed = `${printed}${text}`.slice(-outputLengthMax));
    child.stdout.setEncoding('utf8').on('data', print);
    child.stderr.setEncoding('utf8').on('data', print);
    const end = (problem: string | null) => {
      clearTimeout(timer);
      resolve({ succeeded: problem === null, output: printed.trim() || (problem ?? '') });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => {
      end(code === 0 ? null : `${program} ended with ${signal ?? code}`);
    });
  });
}
