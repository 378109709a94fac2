/** A table of the report, for a terminal or for a document. */
export interface Section {
  /** Names the markers in docs/performance.md. */
  readonly id:
    | 'ratios'
    | 'ways'
    | 'sell_out'
    | 'ceilings'
    | 'replicated'
    | 'arrivals'
    | 'growth'
    | 'spread'
    | 'watchers'
    | 'consoles'
    | 'abuse'
    | 'extras'
    | 'scale'
    | 'beside'
    | 'layers';
  readonly title: string;
  readonly columns: readonly { readonly head: string; readonly isWords: boolean }[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences that say how the table is to be read. */
  readonly notes: readonly string[];
}

/** A head, and what it says of a row. Numbers stand to the right, words do not. */
export type Column<T> = readonly [head: string, textOf: (row: T) => string, kind?: 'words'];

interface Told<T> extends Omit<Section, 'rows' | 'columns'> {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

/** Puts a table together, by what its columns say of each row. */
export function section<T>({ columns, rows, ...told }: Told<T>): Section {
  return {
    ...told,
    columns: columns.map(([head, , kind]) => ({ head, isWords: kind === 'words' })),
    rows: rows.map((row) => columns.map(([, textOf]) => textOf(row))),
  };
}
