import { execFile } from 'node:child_process';

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

/**
 * Run a program to its end, for at most `timeoutMs` (60 s). Never throws: a program that cannot be
 * started has not succeeded, and its output says why.
 */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { timeoutMs = 60_000, ...spawnOptions } = options;
  return new Promise((resolve) => {
    const settings = { ...spawnOptions, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      resolve({ succeeded: error === null, output: output || (error?.message ?? '') });
    });
    child.stdin?.end();
  });
}
