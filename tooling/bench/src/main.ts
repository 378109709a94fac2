import { tolerateLostOutput } from '@holdfast/process';
import { CommanderError } from 'commander';
import { exitCode } from './exit-code.ts';
import { Interrupted } from './interruption.ts';
import { createProgram } from './program.ts';

tolerateLostOutput();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  // commander has told its own by now.
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCode.kept : exitCode.usage;
  }
  if (error instanceof Interrupted) {
    process.stderr.write('Stopped.\n');
    return exitCode.interrupted;
  }
  process.stderr.write(
    `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCode.broken;
}
