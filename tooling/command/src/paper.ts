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

type Output = NodeJS.WritableStream & { readonly columns?: number };

/**
 * The paper that a stream is: as wide as its terminal, in colour only where it is one and neither
 * NO_COLOR nor TERM=dumb objects.
 */
export function paperOf(stream: Output): Paper {
  return {
    width: Math.min(widthMax, stream.columns || widthDefault),
    style: (format, text) => styleText(format, text, { stream }),
  };
}

/** A text as lines, two columns from the left, as wide as the paper. */
export function paragraph(text: string, { width }: Paper): readonly string[] {
  return wrapText(text, width - 2).map((line) => `  ${line}`.trimEnd());
}

/** Breaks a text between words into lines of at most `width` columns. */
function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
