import type { Pool } from 'pg';
import { routines } from '../record/routines.ts';
import { distributionColumns } from '../schema/distribute.ts';
import type { SchemaFault } from './schema-fault.ts';

/**
 * What is wrong with tables that are distributed over nodes: one of them was left out or lies apart from the others,
 * a shard lacks an index or a constraint of its table, or somebody besides their owner may change the ledger,
 * which has no trigger there; or a routine that this release writes with is not there.
 */
export async function distributionFaults(pool: Pool): Promise<readonly SchemaFault[]> {
  const apart = await tablesApart(pool);
  const ofShards = apart.length > 0 ? [] : await incompleteShards(pool);
  return [...apart, ...ofShards, ...(await missingRoutines(pool)), ...(await ledgerRights(pool))];
}

async function tablesApart(pool: Pool): Promise<readonly SchemaFault[]> {
  const { rows } = await pool.query<{ table: string }>(
    `select t.name as "table" from unnest($1::text[], $2::text[]) as t (name, "column")
     left join citus_tables c on c.table_name = to_regclass(t.name)
     where c.distribution_column is distinct from t."column"
       or c.colocation_id is distinct from (
         select colocation_id from citus_tables where table_name = to_regclass('events')
       )`,
    [Object.keys(distributionColumns), Object.values(distributionColumns)],
  );
  return rows.map(({ table }) => ({
    kind: 'table',
    name: table,
    state: 'different',
    isGuard: true,
    fix: 'pnpm holdfast migrate --distributed',
  }));
}

/** SQL for one shard: how many indexes and constraints it has. */
const guardCount = `
  select (select count(*) from pg_index where indrelid = '%1$s'::regclass and indisvalid)
    + (select count(*) from pg_constraint where conrelid = '%1$s'::regclass and contype in ('c', 'p', 'u'))`;

/** The coordinator knows a table as it should be, and each shard is a table of its own. */
async function incompleteShards(pool: Pool): Promise<readonly SchemaFault[]> {
  const faults: SchemaFault[] = [];
  for (const table of Object.keys(distributionColumns)) {
    const { rows } = await pool.query<{ shard: string; node: string }>(
      `select $1::text || '_' || shardid as shard, nodename || ':' || nodeport as node
       from run_command_on_placements($1::text::regclass, $2)
       where not success or result::bigint <> (
         select (select count(*) from pg_index where indrelid = $1::text::regclass)
           + (select count(*) from pg_constraint
              where conrelid = $1::text::regclass and contype in ('c', 'p', 'u'))
       ) limit 3`,
      [table, guardCount],
    );
    faults.push(
      ...rows.map(
        ({ shard, node }): SchemaFault => ({
          kind: 'table',
          name: `${shard} of ${node}`,
          state: 'different',
          isGuard: true,
          fix: `Compare its indexes and constraints with those of ${table}, and make what is missing at that node.`,
        }),
      ),
    );
  }
  return faults;
}

/** A routine must be known to Citus by its first argument, too: else each call would run here. */
async function missingRoutines(pool: Pool): Promise<readonly SchemaFault[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select name from unnest($1::text[]) as name
     where not exists (
       select from pg_catalog.pg_dist_object
       where objid = to_regproc(name)::oid and distribution_argument_index = 0
     )`,
    [routines.map(({ name }) => name)],
  );
  return rows.map(({ name }) => ({
    kind: 'function',
    name,
    state: 'missing',
    isGuard: true,
    fix: `drop function if exists ${name}; pnpm holdfast migrate --distributed`,
  }));
}

async function ledgerRights(pool: Pool): Promise<readonly SchemaFault[]> {
  const { rows } = await pool.query<{ role: string }>(
    `select distinct coalesce(quote_ident(r.rolname), 'public') as role
     from (
       select a.grantee, a.privilege_type, c.relowner
       from pg_class c cross join lateral aclexplode(c.relacl) a where c.oid = 'ledger'::regclass
       union all
       select a.grantee, a.privilege_type, c.relowner
       from pg_class c join pg_attribute t on t.attrelid = c.oid cross join lateral aclexplode(t.attacl) a
       where c.oid = 'ledger'::regclass
     ) given
     left join pg_roles r on r.oid = given.grantee
     where privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') and grantee <> relowner`,
  );
  return rows.map(({ role }) => ({
    kind: 'right',
    name: `of ${role} to change the ledger`,
    state: 'different',
    isGuard: true,
    fix: `revoke update, delete, truncate, trigger on ledger from ${role}`,
  }));
}
