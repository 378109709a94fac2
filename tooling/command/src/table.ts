import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { sum } from './numbers.ts';

type Row = readonly string[];

interface TableOptions {
  /** Columns that the whole table may take. */
  readonly width: number;
  readonly head?: Row;
  /** Columns of numbers, from 0. */
  readonly rightAligned?: readonly number[];
  /** The column whose words are wrapped where the table is too wide. */
  readonly wraps?: number;
}

/** Without lines: they are noise. */
const sides = ['top', 'bottom', 'left', 'right', 'mid'];
const joints = ['top-mid', 'top-left', 'top-right', 'bottom-mid', 'bottom-left', 'bottom-right'];
const moreJoints = ['left-mid', 'mid-mid', 'right-mid', 'middle'];
const noLines = Object.fromEntries([...sides, ...joints, ...moreJoints].map((name) => [name, '']));

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
  const all = head ? [head, ...rows] : rows;
  const { widths, gap } = layoutOf(all, options);
  const table = new Table({
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    wordWrap: true,
    colWidths: widths.map((width) => width + gap),
    colAligns: widths.map((_, column) => (rightAligned.includes(column) ? 'right' : 'left')),
  });
  for (const row of all) table.push([...row]);
  const lines = table.toString().split('\n');
  return lines.map((line) => `${indent}${line}`.trimEnd()).join('\n');
}

/** The width of each column, without the gap between it and the next. */
function layoutOf(rows: readonly Row[], { width, wraps }: TableOptions) {
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
