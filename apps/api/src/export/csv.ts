/** What may stand between cells. Spreadsheets of many languages, German among them, expect the semicolon. */
export const separators = { comma: ',', semicolon: ';' } as const;

export type Separator = keyof typeof separators;

/**
 * The byte order mark. Excel takes a file without one for text of an old code page, and shows `MÃ¼ller`. Other
 * spreadsheets skip it, and programs that read rows use `event.bookings`, which is JSON.
 */
export const byteOrderMark = '\ufeff';

/**
 * Where a spreadsheet begins to compute, at a text's beginning or after anything that some spreadsheet may take for
 * a separator or a new line: what follows a semicolon in a file with commas is a cell of its own in German Excel.
 * The full-width signs are computed as well.
 */
const computed = /(?<=^|[,;|\t\r\n])(?=["'\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/g;

/**
 * One row, as RFC 4180 has it: every cell in quotes, quotes doubled, CRLF at its end. A text that a spreadsheet
 * would compute gets an apostrophe before it, which makes it text; programs that need it unchanged read JSON.
 *
 * @example csvRow(['=1+1', 'say "hi"'], 'comma') // `"'=1+1","say ""hi"""\r\n`
 */
export function csvRow(cells: readonly string[], separator: Separator): string {
  return `${cells.map(cell).join(separators[separator])}\r\n`;
}

function cell(text: string): string {
  const defused = text.replaceAll(computed, "'");
  return `"${defused.replaceAll('"', '""')}"`;
}
