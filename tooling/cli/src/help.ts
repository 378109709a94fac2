/** One line of the examples that a `--help` ends on. */
export interface Example {
  readonly command: string;
  readonly says: string;
}

const exitCodes = `
Exit codes:
    0  every promise was kept
    1  a promise was broken, or a step failed
    2  called in a way that cannot work; the message says what to change
  130  stopped by Ctrl-C before it had finished`;

/**
 * What a command's `--help` says after its options: more about it, examples, exit codes.
 *
 * @example helpAfter({ about: '…', examples: [{ command: 'pnpm demo', says: 'watch it' }] })
 */
export function helpAfter(help: {
  readonly about: string;
  readonly examples: readonly Example[];
}): string {
  const width = Math.max(...help.examples.map(({ command }) => command.length));
  const examples = help.examples.map(({ command, says }) =>
    width + says.length > 74
      ? `  ${command}\n      ${says}`
      : `  ${command.padEnd(width)}  ${says}`,
  );
  return `\n${help.about.trim()}\n\nExamples:\n${examples.join('\n')}\n${exitCodes}`;
}
