import { asCalled } from '@holdfast/command';

type Example = readonly [command: string, says: string];

const exitCodes = `
Exit codes:
    0  every promise was kept
    1  a promise was broken, or a step failed
    2  called in a way that cannot work; the message says what to change
  130  stopped by Ctrl-C before it had finished`;

const widthMax = 74;

/**
 * What a command's `--help` says after its options: more about it, examples, exit codes.
 *
 * @example helpAfter('Starts everything …', [['pnpm demo', 'watch it']])
 */
export function helpAfter(about: string, examples: readonly Example[]): string {
  const called = examples.map(([command, says]) => [asCalled(command), says] as const);
  const width = Math.max(...called.map(([command]) => command.length));
  const lines = called.map(([command, says]) =>
    width + says.length > widthMax
      ? `  ${command}\n      ${says}`
      : `  ${command.padEnd(width)}  ${says}`,
  );
  return `\n${asCalled(about.trim())}\n\nExamples:\n${lines.join('\n')}\n${exitCodes}`;
}
