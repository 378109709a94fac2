import { escapeIdentifier, escapeLiteral, type PoolClient } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { grantStatements } from './grant-statements.ts';

/** The role that api and worker connect as. */
export interface AppRole {
  readonly name: string;
  /**
   * If given, the role is made where it is missing, and this becomes its password. `null`: it must
   * exist.
   */
  readonly password: string | null;
}

/** This role may do everything already, or it does not exist. The message has the fix. */
export class RoleUnfit extends Error {
  override readonly name = 'RoleUnfit';
}

/** How long to wait for another process that migrates or grants. */
const lockTimeoutMs = 600_000;

/**
 * Gives a role the rights that api, worker and audit need, and no others: no DDL, and on the ledger
 * only to read and to append. It may be repeated. It covers the tables that exist now, so call it
 * after each migration. Tables of the queue in PostgreSQL are covered, too, where they exist.
 *
 * @returns whether the role can make tables all the same, because everybody can in this schema
 * @throws RoleUnfit, DatabaseUnavailable; pg.DatabaseError where we may not grant, or make the role
 * @example await grantTo(database, { name: 'holdfast_app', password: null })
 */
export async function grantTo(
  { commitPool }: Database,
  role: AppRole,
): Promise<{ readonly mayCreateTables: boolean }> {
  return await mapFaults(async () => {
    const client = await commitPool.connect();
    try {
      return await grantInTransaction(client, role);
    } finally {
      // A connection that failed half-way is dropped, and the server rolls its transaction back.
      client.release(true);
    }
  });
}

async function grantInTransaction(client: PoolClient, role: AppRole) {
  await client.query('begin');
  // Of two grants at the same time one would fail, since both write PostgreSQL's own tables.
  await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
  await client.query(`set local statement_timeout = ${lockTimeoutMs}`);
  const lock = {
    text: "select pg_advisory_xact_lock(hashtext('holdfast'))",
    query_timeout: lockTimeoutMs,
  };
  await client.query(lock);
  await ensureRole(client, role);
  await requireFit(client, role);
  for (const statement of await grantStatements(client, role.name)) await client.query(statement);
  const { rows } = await client.query<{ may_create: boolean }>(
    "select has_schema_privilege($1, current_schema(), 'create') as may_create",
    [role.name],
  );
  await client.query('commit');
  return { mayCreateTables: rows[0]?.may_create === true };
}

async function ensureRole(client: PoolClient, { name, password }: AppRole): Promise<void> {
  const found = await client.query('select from pg_roles where rolname = $1', [name]);
  const isThere = found.rows.length > 0;
  if (password === null && !isThere) {
    throw new RoleUnfit(`There is no role ${name}. Make it, or give its password to have it made.`);
  }
  if (password === null) return;
  const verb = isThere ? 'alter' : 'create';
  const access = `login password ${escapeLiteral(password)}`;
  await client.query(`${verb} role ${escapeIdentifier(name)} ${access}`);
}

/** A superuser, and whoever owns the tables, may do everything whatever is granted. */
async function requireFit(client: PoolClient, { name }: AppRole): Promise<void> {
  const { rows } = await client.query<{ is_superuser: boolean; is_owner: boolean }>(
    `select rolsuper as is_superuser,
       pg_has_role(oid, (select relowner from pg_class where oid = 'ledger'::regclass), 'member')
         as is_owner
     from pg_roles where rolname = $1`,
    [name],
  );
  const other = 'Name another role, and give its URL to api and worker.';
  if (rows[0]?.is_superuser === true) throw new RoleUnfit(`${name} is a superuser. ${other}`);
  if (rows[0]?.is_owner === true) throw new RoleUnfit(`${name} owns the tables. ${other}`);
}
