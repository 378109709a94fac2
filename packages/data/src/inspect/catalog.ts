import type { PoolClient } from 'pg';

/** Something of a table that PostgreSQL keeps: a column, a constraint or an index. */
export interface CatalogEntry {
  readonly kind: 'column' | 'constraint' | 'index';
  readonly table: string;
  readonly name: string;
  /** As PostgreSQL itself writes it, without the schema's name. */
  readonly definition: string;
  /** False of an index that was never finished: nothing is found or refused by it. */
  readonly isValid: boolean;
  /** It refuses what is wrong, or a statement needs it. Else it makes things fast. */
  readonly isGuard: boolean;
}

const tables = [
  'events',
  'bookings',
  'ledger',
  'outbox',
  'orders',
  'removals',
  'archive_parts',
  'erasures',
];

const catalogQuery = `
  with of_table as (
    select oid, relname from pg_class
    where relnamespace = $1::oid and relkind in ('r', 'p') and relname = any ($2)
  )
  select 'column' as kind, t.relname as "table", a.attname as name,
    concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
      case a.attgenerated when '' then 'default ' || pg_get_expr(d.adbin, d.adrelid)
        else 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored' end
    ) as definition, true as "isValid", true as "isGuard"
  from of_table t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  union all
  select 'constraint', t.relname, c.conname, pg_get_constraintdef(c.oid), true, true
  from of_table t join pg_constraint c on c.conrelid = t.oid and c.contype in ('c', 'p', 'u')
  union all
  select 'index', t.relname, i.relname,
    regexp_replace(pg_get_indexdef(x.indexrelid), ' ON (ONLY )?(\\S+\\.)?', ' on '),
    x.indisvalid and x.indisready, x.indisunique
  from of_table t
  join pg_index x on x.indrelid = t.oid
  join pg_class i on i.oid = x.indexrelid
  where not exists (select from pg_constraint c where c.conindid = x.indexrelid)`;

/** What the catalog says of our tables in this schema. */
async function readCatalog(client: PoolClient, schema: number): Promise<CatalogEntry[]> {
  const { rows } = await client.query<CatalogEntry>(catalogQuery, [schema, tables]);
  return rows;
}

/** What the catalog says, and what it would say of tables that were made now. */
export interface BothCatalogs {
  readonly actual: readonly CatalogEntry[];
  readonly intended: readonly CatalogEntry[];
}

/**
 * Reads both catalogs from the same server: other versions of PostgreSQL write the same constraint in other
 * words. What is intended is made as temporary tables by `createSql`, in a transaction that is rolled back.
 *
 * @throws Error of pg where the role may make no temporary tables, or the server takes no writes
 */
export async function readBothCatalogs(
  client: PoolClient,
  createSql: string,
): Promise<BothCatalogs> {
  // Whatever the defaults of the database are: on a primary this can be written.
  await client.query('begin isolation level read committed read write');
  try {
    const { rows } = await client.query<{ schema: number }>(
      `select coalesce(
         (select relnamespace from pg_class where oid = to_regclass('events')),
         current_schema()::regnamespace
       )::oid::int as schema`,
    );
    const actual = await readCatalog(client, rows[0]?.schema ?? 0);
    await client.query('set local search_path = pg_temp');
    await client.query(createSql);
    const temporary = await client.query<{ schema: number }>(
      'select pg_my_temp_schema()::int as schema',
    );
    const intended = await readCatalog(client, temporary.rows[0]?.schema ?? 0);
    return { actual, intended };
  } finally {
    await client.query('rollback');
  }
}
