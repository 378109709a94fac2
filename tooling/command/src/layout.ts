import { asCalled } from './as-called.ts';
import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** How a report is printed: how wide it may be, and whether in colour. */
export interface Layout {
  /** Columns that may be used. */
  readonly width: number;
  style(format: Format, text: string): string;
}

/** Lines get hard to read beyond that. */
const widthMax = 100;

/** The width of a file or a pipe, and of a terminal that does not say. */
const widthDefault = 80;

/**
 * The layout for a stream: as wide as its terminal; in colour only where it is a terminal and neither
 * NO_COLOR nor TERM=dumb forbids it.
 */
export function layoutOf(stream: NodeJS.WritableStream & { readonly columns?: number }): Layout {
  return {
    width: Math.min(widthMax, stream.columns || widthDefault),
    style: (format, text) => styleText(format, text, { stream }),
  };
}

/** A text as lines, two columns from the left, broken between words at the layout's width. */
export function paragraph(text: string, { width }: Pick<Layout, 'width'>): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.map((line) => line.trimEnd());
}

/** `PASS` or `FAIL`. */
export function verdictMark(verdict: 'pass' | 'fail', layout: Layout): string {
  return layout.style([verdict === 'pass' ? 'green' : 'red', 'bold'], verdict.toUpperCase());
}

/** What a command says in the end, for programs and for people. */
interface Said {
  /** With `--json`: this, as one line, is all that stdout gets. */
  readonly json: unknown;
  readonly text: (layout: Layout) => string;
}

/** Prints a report on stdout, as JSON or as text. */
export function say({ json, text }: Said, options: { readonly json?: boolean }): void {
  const output = options.json ? `${JSON.stringify(json)}\n` : text(layoutOf(process.stdout));
  process.stdout.write(asCalled(output));
}
