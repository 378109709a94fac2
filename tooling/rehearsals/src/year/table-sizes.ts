import type { Database } from '@holdfast/data';

/** A table at a moment. */
export interface TableSize {
  readonly name: string;
  readonly rows: number;
  readonly deadRows: number;
  readonly heapBytes: number;
  /** Of its indexes. */
  readonly indexBytes: number;
  readonly vacuumCount: number;
}

/** Archives are what is kept, and everything else is what is worked with. */
export const archiveTables: readonly string[] = ['archive_parts', 'removals'];
const tables = ['events', 'bookings', 'ledger', 'outbox', ...archiveTables];

/** Rows are counted, and not estimated: the statistics lag behind. */
export async function readTableSizes({ pool }: Database): Promise<readonly TableSize[]> {
  const sizes: TableSize[] = [];
  for (const name of tables) {
    const { rows } = await pool.query<TableSize>(
      `select $1::text as name, (select count(*)::int from ${name}) as rows,
         s.n_dead_tup::int as "deadRows", pg_table_size(s.relid)::float8 as "heapBytes",
         pg_indexes_size(s.relid)::float8 as "indexBytes",
         (s.vacuum_count + s.autovacuum_count)::int as "vacuumCount"
       from pg_stat_user_tables s where s.relid = $1::text::regclass`,
      [name],
    );
    sizes.push(...rows);
  }
  return sizes;
}

/** Heap and indexes of some tables. */
export function bytesOf(sizes: readonly TableSize[], areArchives: boolean): number {
  return sizes
    .filter(({ name }) => archiveTables.includes(name) === areArchives)
    .reduce((sum, { heapBytes, indexBytes }) => sum + heapBytes + indexBytes, 0);
}
