/** What the exit code says, as that of the `holdfast` command does. */
export const exitCode = {
  /** Every way that claims to be safe is. */
  kept: 0,
  /** One is not, or a step failed. */
  broken: 1,
  /** Called in a way that cannot work. */
  usage: 2,
  /** Stopped by Ctrl-C before it had finished. */
  interrupted: 130,
} as const;

/** The exit code that a verdict stands for. */
export function exitCodeOfVerdict(verdict: 'pass' | 'fail'): number {
  return verdict === 'pass' ? exitCode.kept : exitCode.broken;
}
