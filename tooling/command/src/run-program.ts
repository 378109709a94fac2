import { tolerateLostOutput } from '@holdfast/process';
import type { Command } from 'commander';
import { asCalled } from './as-called.ts';
import { Interrupted } from './failure.ts';
import { layoutOf } from './layout.ts';
import { exitCodeOf, failureText } from './tell-failure.ts';

/**
 * Runs a command of ours with the arguments of this process. What it throws is told on stderr, and
 * becomes the exit code.
 */
export async function runProgram(program: Command): Promise<void> {
  tolerateLostOutput();
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(asCalled(failureText(error, layoutOf(process.stderr))));
    process.exitCode = exitCodeOf(error);
    // What was interrupted may still wait for answers that nobody wants any more.
    if (error instanceof Interrupted) process.exit();
  }
}
