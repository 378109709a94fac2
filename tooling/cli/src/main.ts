import { tolerateLostOutput } from '@holdfast/process';
import { Interrupted } from './failure.ts';
import { paperOf } from './paper.ts';
import { createProgram } from './program.ts';
import { exitCodeOf, failureText } from './tell-failure.ts';

tolerateLostOutput();
try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(failureText(error, paperOf(process.stderr)));
  process.exitCode = exitCodeOf(error);
  // What was interrupted may still wait for answers that nobody wants any more.
  if (error instanceof Interrupted) process.exit();
}
