/**
 * What becomes of a command's output that nobody takes. A reader that has gone (`| head`) has seen
 * what it wanted: the rest is dropped, and the command ends as it would have. Whatever else stands
 * in the way of a report (a full disk) is told in one line on stderr, and the command has failed.
 *
 * Progress and messages on stderr are dropped in both cases: there is nowhere else to tell it.
 *
 * @example tolerateLostOutput(); // first of all in main.ts
 */
export function tolerateLostOutput(): void {
  let isLost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isLost) return;
    isLost = true;
    process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
  });
  process.stderr.on('error', () => {});
  process.once('exit', () => {
    if (isLost && !process.exitCode) process.exitCode = 1;
  });
}
