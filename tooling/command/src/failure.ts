/**
 * The command was called in a way that cannot work. The message names the option (or the variable)
 * and what to do about it. Exit code 2.
 *
 * @example throw new UsageError('--duration needs --rate: add --rate, or leave --duration out.')
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A process did not start, or ended when it should not have. Carries the last lines of its log. */
export class ProcessFailed extends Error {
  override readonly name = 'ProcessFailed';
  readonly logTail: readonly string[];

  /** @param process as people call it: `api`, `worker` */
  constructor(process: string, problem: string, logTail: readonly string[]) {
    super(`the ${process} ${problem}`);
    this.logTail = logTail;
  }
}

/** A step of a command failed; `cause` says how. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';

  constructor(title: string, cause: unknown) {
    super(`${title}: failed`, { cause });
  }
}

/** Ctrl-C or SIGTERM came before the command had finished. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What a person should read of anything thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
