import type { Pool } from 'pg';
import { quoteName } from './quoted-tables.ts';

/** The types of whole numbers, as PostgreSQL names them. */
export const countTypes: readonly string[] = ['smallint', 'integer', 'bigint'];

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
  /** Its columns that validated CHECKs of its own keep from falling below 0, of those that were asked about. */
  readonly notNegative: ReadonlySet<string>;
  readonly uniqueIndexes: readonly UniqueIndex[];
}

const columnsQuery = `
select a.attname as name, format_type(a.atttypid, null) as type, a.attnotnull as "isNotNull",
  (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid)
    as labels
from pg_attribute a
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

const checkedQuery = `
select distinct a.attname as name
from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
where c.conrelid = to_regclass($1) and c.contype = 'c' and c.convalidated`;

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
 * What PostgreSQL says of a table. `null`: there is no such table. `counters`: columns that should never be
 * negative.
 *
 * @example await readCatalog(pool, '"shop"."products"', ['stock_quantity'])
 */
export async function readCatalog(
  pool: Pool,
  table: string,
  counters: readonly string[],
): Promise<Catalog | null> {
  const columns = await pool.query<Column>(columnsQuery, [table]);
  if (columns.rows.length === 0) return null;
  const indexes = await pool.query<UniqueIndex>(indexesQuery, [table]);
  const checked = await pool.query<{ name: string }>(checkedQuery, [table]);
  const whole = columns.rows.filter(({ type }) => countTypes.includes(type));
  const asked = counters.filter(
    (name) =>
      whole.some((column) => column.name === name) && checked.rows.some((row) => row.name === name),
  );
  const notNegative = new Set<string>();
  for (const name of asked) {
    if (await isNeverNegative(pool, table, name)) notNegative.add(name);
  }
  return {
    columns: new Map(columns.rows.map((column) => [column.name, column])),
    notNegative,
    uniqueIndexes: indexes.rows,
  };
}

/**
 * Can PostgreSQL prove from the CHECKs that no row is below 0? Then it plans to read nothing for such rows. So
 * any usual spelling will do: `0 <= stock`, `stock > -1`, `stock between 0 and 1000`.
 */
async function isNeverNegative(pool: Pool, table: string, column: string): Promise<boolean> {
  const name = quoteName(column);
  // Statements that are sent together are one transaction, so the setting is gone afterwards.
  const answer = await pool.query<{ 'QUERY PLAN': string }>(`
    set local constraint_exclusion = on;
    explain select from ${table} where ${name} < 0;
    explain select from ${table} where ${name} <= -1`);
  // pg has an answer for each statement, and its types do not say so.
  const rows = [answer].flat().flatMap((each) => each.rows);
  return rows.some((row) => row['QUERY PLAN'].includes('One-Time Filter: false'));
}
