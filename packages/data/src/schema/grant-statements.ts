import { escapeIdentifier, type PoolClient } from 'pg';
import { jobsSchema } from './queue-names.ts';

/** What api, worker and audit need of a table. docs/operations.md has the same list. */
const rightsByTable: Readonly<Record<string, string>> = {
  events: 'select, insert, update',
  bookings: 'select, insert, update',
  ledger: 'select, insert',
  outbox: 'select, insert, update (delivered_at)',
  orders: 'select, insert',
  removals: 'select, insert, update',
  archive_parts: 'select, insert',
  erasures: 'select',
  holdfast_migrations: 'select',
};

/** Rights on a table that has no line there: a later one of ours, or one of BullMQ. */
const rightsOfOthers = 'select, insert, update, delete';

interface OwnedObject {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'sequence' | 'function';
}

/**
 * Everything that the owner of the ledger has made in its schema, and all of the queue's. Not
 * partitions, which are reached through their table, nor what an extension made.
 */
const ownedObjects = `
  with ledger as (
    select relnamespace as schema, relowner as owner from pg_class where oid = 'ledger'::regclass
  ), home as (
    select schema, owner from ledger
    union all
    select oid, nspowner from pg_namespace where nspname = '${jobsSchema}'
  )
  select n.nspname as schema, c.relname::text as name,
    case when c.relkind = 'S' then 'sequence' else 'table' end as kind
  from home h
  join pg_namespace n on n.oid = h.schema
  join pg_class c on c.relnamespace = h.schema and c.relowner = h.owner
  where c.relkind in ('r', 'p', 'S') and not c.relispartition
    and c.relname not like 'holdfast\\_migrations\\_%'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  union all
  select n.nspname, f.oid::regprocedure::text, 'function'
  from home h
  join pg_namespace n on n.oid = h.schema
  join pg_proc f on f.pronamespace = h.schema and f.proowner = h.owner
  where f.proname like 'holdfast\\_%' or n.nspname = '${jobsSchema}'
  order by 1, 3, 2`;

/** The statements that give a role what it needs, and take away what an earlier release gave it. */
export async function grantStatements(client: PoolClient, role: string): Promise<string[]> {
  const { rows } = await client.query<OwnedObject>(ownedObjects);
  const to = escapeIdentifier(role);
  const schemas = [...new Set(rows.map(({ schema }) => schema))];
  return [
    ...(await connectStatements(client, role)),
    ...schemas.map((schema) => `grant usage on schema ${escapeIdentifier(schema)} to ${to}`),
    ...rows.flatMap((object) => statementsOf(object, to)),
  ];
}

/**
 * By default everybody may connect. Where that right was taken away, only the owner of the database
 * can grant it.
 */
async function connectStatements(client: PoolClient, role: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; may_connect: boolean }>(
    `select current_database() as name,
       has_database_privilege($1, current_database(), 'connect') as may_connect`,
    [role],
  );
  return rows
    .filter(({ may_connect: mayConnect }) => !mayConnect)
    .map(
      ({ name }) =>
        `grant connect on database ${escapeIdentifier(name)} to ${escapeIdentifier(role)}`,
    );
}

function statementsOf({ schema, name, kind }: OwnedObject, to: string): string[] {
  // PostgreSQL gives a function's name with its arguments, quoted where that is needed.
  if (kind === 'function') return [`grant execute on function ${name} to ${to}`];
  const place = `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
  if (kind === 'sequence') return [`grant usage on sequence ${place} to ${to}`];
  const rights = (schema === jobsSchema ? undefined : rightsByTable[name]) ?? rightsOfOthers;
  return [`revoke all on table ${place} from ${to}`, `grant ${rights} on table ${place} to ${to}`];
}
