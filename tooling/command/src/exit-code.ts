/** What a command's exit code says. Every `--help` repeats it. */
export const exitCode = {
  /** Every promise was kept. */
  kept: 0,
  /** A promise was broken, or a step failed. */
  broken: 1,
  /** The command was called in a way that cannot work; the message names the option and the fix. */
  usage: 2,
  /** Stopped by Ctrl-C or SIGTERM before it had finished. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit code that a verdict stands for. */
export function exitCodeOfVerdict(verdict: 'pass' | 'fail'): ExitCode {
  return verdict === 'pass' ? exitCode.kept : exitCode.broken;
}
