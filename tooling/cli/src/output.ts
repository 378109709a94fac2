import type { Paper } from './paper.ts';
import { paperOf } from './paper.ts';

/** What a command says in the end, for programs and for people. */
export interface Said {
  /** With `--json`: this, as one line, is all that stdout gets. */
  readonly json: unknown;
  readonly text: (paper: Paper) => string;
}

/** Prints a report on stdout, as JSON or as text. */
export function say({ json, text }: Said, options: { readonly json?: boolean }): void {
  const output = options.json ? `${JSON.stringify(json)}\n` : text(paperOf(process.stdout));
  process.stdout.write(output);
}
