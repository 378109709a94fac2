import { CommanderError } from 'commander';
import { type ExitCode, exitCode } from './exit-code.ts';
import { Interrupted, messageOf, ProcessFailed, StepFailed, UsageError } from './failure.ts';
import type { Layout } from './layout.ts';

/**
 * What a person should know about an error: what failed, why, and the end of the log. Where things
 * could not be stopped in good order after it, that comes second.
 */
export function failureText(error: unknown, layout: Layout): string {
  if (error instanceof SuppressedError) {
    return failureText(error.suppressed, layout) + failureText(error.error, layout);
  }
  // commander has told its own by now.
  if (error instanceof CommanderError) return '';
  if (error instanceof Interrupted) return 'Stopped.\n';
  if (error instanceof UsageError) return `error: ${error.message}\n`;
  const [first, ...more] =
    error instanceof StepFailed ? [error.message, ...reasonsOf(error.cause)] : reasonsOf(error);
  return [
    `${layout.style(['red', 'bold'], 'error:')} ${first}`,
    ...more.map((reason) => `  ${reason}`),
    ...logOf(error instanceof StepFailed ? error.cause : error),
    '',
  ].join('\n');
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof SuppressedError) return exitCodeOf(error.suppressed);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.kept : exitCode.usage;
  if (error instanceof Interrupted) return exitCode.interrupted;
  return error instanceof UsageError ? exitCode.usage : exitCode.broken;
}

/** What to look at where a server does not answer. */
export const awayHint = 'Is it running, and is its URL right?';

/** An error's message and those of its causes, as far down as they go. */
function reasonsOf(error: unknown): readonly string[] {
  const lines = messageOf(error).split('\n');
  if (isMissingTable(error) || (error instanceof Error && isMissingTable(error.cause)))
    return ['The database has no tables of Holdfast. Run: pnpm holdfast migrate'];
  if (isAway(error)) lines.push(awayHint);
  const hasCause = error instanceof Error && error.cause !== undefined;
  return hasCause ? [...lines, ...reasonsOf(error.cause)] : lines;
}

/** @holdfast/data's. By its name: its class costs half a second to load. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'DatabaseUnavailable') return false;
  return !('isRefusal' in error && error.isRefusal === true);
}

/** PostgreSQL's undefined_table. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

function logOf(error: unknown): readonly string[] {
  if (!(error instanceof ProcessFailed)) return [];
  if (error.logTail.length === 0) return [`  Its log is empty.`];
  return [`  The end of its log:`, ...error.logTail.map((line) => `    ${line}`)];
}
