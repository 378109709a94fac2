import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

type Row = readonly string[];

export interface TableOptions {
  /** Columns that the whole table may take. */
  readonly width: number;
  readonly head?: Row;
  /** Columns of numbers, from 0. */
  readonly rightAligned?: readonly number[];
  /** The column whose words are wrapped where the table is too wide. */
  readonly wraps?: number;
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

const indent = '  ';

/** Between two columns: wide, and narrow where the table would not fit otherwise. */
const gaps = { wide: 2, narrow: 1 } as const;

/** A column of words gets hard to read below that. */
const wrappedWidthMin = 10;

/**
 * Rows as aligned columns. A table that is too wide has the words of one column wrapped, or, where
 * no column can wrap, its columns moved together.
 *
 * @example
 * drawTable([['users', '1,000'], ['errors', '0']], { width: 80, rightAligned: [1] })
 * //  users   1,000
 * //  errors      0
 */
export function drawTable(rows: readonly Row[], options: TableOptions): string {
  const { head, rightAligned = [] } = options;
  const { widths, gap } = layoutOf(head ? [head, ...rows] : rows, options);
  const table = new Table({
    chars: quietLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    wordWrap: true,
    colWidths: widths.map((width) => width + gap),
    colAligns: widths.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  if (head) table.push([...head]);
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd())
    .join('\n');
}

interface Layout {
  /** Of each column, without what is between it and the next. */
  readonly widths: readonly number[];
  readonly gap: number;
}

function layoutOf(rows: readonly Row[], { width, wraps }: TableOptions): Layout {
  const widths = naturalWidths(rows);
  const room = width - indent.length;
  const taken = (gap: number) => sum(widths) + gap * (widths.length - 1);
  if (taken(gaps.wide) <= room) return { widths, gap: gaps.wide };
  const gap = wraps === undefined ? gaps.narrow : gaps.wide;
  const excess = taken(gap) - room;
  const narrowed = widths.map((natural, column) =>
    column === wraps ? Math.max(wrappedWidthMin, natural - excess) : natural,
  );
  return { widths: narrowed, gap };
}

function naturalWidths(rows: readonly Row[]): readonly number[] {
  const columnCount = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: columnCount }, (_, column) =>
    Math.max(...rows.map((row) => stripVTControlCharacters(row[column] ?? '').length)),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
