import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** What a report is written on: how wide it is, and whether it takes colour. */
export interface Paper {
  /** Columns that may be used. */
  readonly width: number;
  style(format: Format, text: string): string;
}

/** Lines get hard to read beyond that. */
const widthMax = 100;

/** The width of a file or a pipe, and of a terminal that does not say. */
const widthDefault = 80;

/**
 * The paper that a stream is: as wide as its terminal, in colour only where it is one and neither
 * NO_COLOR nor TERM=dumb objects.
 */
export function paperOf(stream: NodeJS.WritableStream & { readonly columns?: number }): Paper {
  return {
    width: Math.min(widthMax, stream.columns || widthDefault),
    style: (format, text) => styleText(format, text, { stream }),
  };
}

/** A text as lines, two columns from the left, broken between words where the paper ends. */
export function paragraph(text: string, { width }: Pick<Paper, 'width'>): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.map((line) => line.trimEnd());
}

/** `PASS` or `FAIL`. */
export function verdictMark(verdict: 'pass' | 'fail', paper: Paper): string {
  return paper.style([verdict === 'pass' ? 'green' : 'red', 'bold'], verdict.toUpperCase());
}

/** What a command says in the end, for programs and for people. */
interface Said {
  /** With `--json`: this, as one line, is all that stdout gets. */
  readonly json: unknown;
  readonly text: (paper: Paper) => string;
}

/** Prints a report on stdout, as JSON or as text. */
export function say({ json, text }: Said, options: { readonly json?: boolean }): void {
  const output = options.json ? `${JSON.stringify(json)}\n` : text(paperOf(process.stdout));
  process.stdout.write(output);
}
