import Table from 'cli-table3';

type Row = readonly string[];

export interface TableOptions {
  readonly head?: Row;
  /** Widths in columns, padding included; `null` for as wide as needed. */
  readonly widths?: readonly (number | null)[];
  /** Columns of numbers, from 0. */
  readonly rightAligned?: readonly number[];
}

/** Lines between head and rows only: the rest is noise. */
const quietLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/**
 * Rows as aligned columns, words wrapped where a column has a width.
 *
 * @example
 * drawTable([['users', '1,000'], ['errors', '0']], { rightAligned: [1] })
 * //  users   1,000
 * //  errors      0
 */
export function drawTable(rows: readonly Row[], options: TableOptions = {}): string {
  const columnCount = Math.max(...rows.map((row) => row.length), options.head?.length ?? 0);
  const table = new Table({
    chars: quietLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    wordWrap: true,
    colWidths: [...(options.widths ?? [])],
    colAligns: Array.from({ length: columnCount }, (_, column) =>
      options.rightAligned?.includes(column) ? 'right' : 'left',
    ),
  });
  if (options.head) table.push([...options.head]);
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
