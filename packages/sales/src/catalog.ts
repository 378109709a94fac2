import type { Pool } from 'pg';

/** A column, as PostgreSQL's catalog has it. */
export interface Column {
  readonly name: string;
  /** `integer`, `uuid`, `shop.order_state`. */
  readonly type: string;
  readonly isNotNull: boolean;
  /** The words of an enum; else `null`. */
  readonly labels: readonly string[] | null;
}

/** A unique index that counts: valid, immediate, of plain columns. */
export interface UniqueIndex {
  readonly name: string;
  readonly columns: readonly string[];
  /** `null`: over every row. */
  readonly predicate: string | null;
}

/** What opening looks at of one table. */
export interface Catalog {
  readonly columns: ReadonlyMap<string, Column>;
  /** The expressions of its validated CHECKs. */
  readonly checks: readonly string[];
  readonly uniqueIndexes: readonly UniqueIndex[];
}

const columnsQuery = `
select a.attname as name, format_type(a.atttypid, null) as type, a.attnotnull as "isNotNull",
  (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid)
    as labels
from pg_attribute a
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

const checksQuery = `
select pg_get_expr(conbin, conrelid) as expression from pg_constraint
where conrelid = to_regclass($1) and contype = 'c' and convalidated`;

const indexesQuery = `
select c.relname as name, pg_get_expr(i.indpred, i.indrelid) as predicate,
  (
    select json_agg(a.attname order by k.place)
    from unnest(i.indkey::int2[]) with ordinality k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts
  ) as columns
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indimmediate
  and i.indexprs is null`;

/**
 * What PostgreSQL says of a table. `null`: there is no such table.
 *
 * @example await readCatalog(pool, '"shop"."products"')
 */
export async function readCatalog(pool: Pool, table: string): Promise<Catalog | null> {
  const columns = await pool.query<Column>(columnsQuery, [table]);
  if (columns.rows.length === 0) return null;
  const checks = await pool.query<{ expression: string }>(checksQuery, [table]);
  const indexes = await pool.query<UniqueIndex>(indexesQuery, [table]);
  return {
    columns: new Map(columns.rows.map((column) => [column.name, column])),
    checks: checks.rows.map(({ expression }) => expression),
    uniqueIndexes: indexes.rows,
  };
}
