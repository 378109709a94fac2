import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRow, type Separator, separators } from '../src/export/csv.ts';

const signs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/** Reads one row of cells in quotes as RFC 4180 says, to its very end. */
function cellsOf(row: string, separator: string): string[] {
  const cell = new RegExp(`"((?:[^"]|"")*)"(?:${separator}|\\r\\n$)`, 'y');
  const cells: string[] = [];
  while (cell.lastIndex < row.length) {
    const [, text] = cell.exec(row) ?? [];
    if (text === undefined) throw new Error(`This is no row: ${row}`);
    cells.push(text.replaceAll('""', '"'));
  }
  return cells;
}

/** Would some spreadsheet compute a part of this row, whatever it takes for a separator? */
function isComputed(row: string): boolean {
  const parts = row.split(/[,;|\t\r\n]/).map((part) => part.replace(/^["'\s]*?(?=[^"\s])/, ''));
  return parts.some((part) => signs.includes(part[0] ?? ''));
}

/** Texts with many of the characters that matter here. */
const hostile = fc.string({
  unit: fc.constantFrom(...signs, '"', "'", ',', ';', '|', '\n', ' ', 'a', '1', '(', 'ü'),
  maxLength: 12,
});
const kinds: readonly Separator[] = ['comma', 'semicolon'];

describe.each(kinds)('a row of cells with a %s between', (kind) => {
  test.each([
    ['=HYPERLINK("http://evil.example","pay")', `'=HYPERLINK("http://evil.example","pay")`],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    [' =1', "' =1"],
    ['a;=1', "a;'=1"],
    ['a,"=1', `a,'"=1`],
    ['＝1+1', "'＝1+1"],
    ['auth0|ada', 'auth0|ada'],
    ['ada+tickets@example.org', 'ada+tickets@example.org'],
    ['Müller "Mia"', 'Müller "Mia"'],
  ])('says %j as %j', (text, shown) => {
    expect(cellsOf(csvRow([text, 'next'], kind), separators[kind])).toEqual([shown, 'next']);
  });

  test('is read again as it was, but for apostrophes before what a spreadsheet would compute', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
        const cells = cellsOf(csvRow(texts, kind), separators[kind]);
        const plain = (text: string) => text.replaceAll("'", '');
        expect(cells.map(plain)).toEqual(texts.map(plain));
      }),
    );
  });

  test('has nothing that a spreadsheet would compute, whatever it takes for a separator', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (texts) => {
        expect(isComputed(csvRow(texts, kind))).toBe(false);
      }),
    );
  });
});

test('negative control: the same row without apostrophes has something to compute', () => {
  expect(isComputed('"a","=1+1"\r\n')).toBe(true);
  expect(isComputed('"a;=1+1"\r\n')).toBe(true);
  expect(isComputed(`"a","'=1+1"\r\n`)).toBe(false);
});
