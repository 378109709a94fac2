import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { isDistributed } from '../connection/is-distributed.ts';
import { ormOf } from '../connection/orm-of.ts';
import { migrations } from '../schema/migrations/index.ts';
import { type CatalogEntry, readBothCatalogs } from './catalog.ts';
import { distributionFaults } from './distribution-faults.ts';
import { fixOf } from './entry-fix.ts';
import { routineFaults } from './routine-faults.ts';
import type { SchemaFault } from './schema-fault.ts';

/**
 * Compares the tables with what the entities say, on the same server: each column, constraint and index, and
 * that the ledger's trigger and the guard's function are there. Where migrations are missing it names
 * only these. It changes nothing, and takes a role that may make temporary tables.
 *
 * @throws DatabaseUnavailable; Error of pg
 * @example await readSchemaFaults(database) // []
 */
export async function readSchemaFaults(database: Database): Promise<readonly SchemaFault[]> {
  return await mapFaults(async () => {
    const missing = await missingMigrations(database);
    if (missing.length > 0) return missing;
    const ofTables = await catalogFaults(database);
    const ofRoutines = await routineFaults(database.pool);
    if (!(await isDistributed(database))) return [...ofTables, ...ofRoutines];
    // Rights take the place of the trigger there.
    const others = ofRoutines.filter(({ kind }) => kind !== 'trigger');
    return [...ofTables, ...others, ...(await distributionFaults(database.pool))];
  });
}

const lacking = { state: 'missing', isGuard: true } as const;

async function missingMigrations({ pool }: Database): Promise<readonly SchemaFault[]> {
  const { rows: found } = await pool.query<{ table: string | null }>(
    `select to_regclass('holdfast_migrations')::text as "table"`,
  );
  const { rows } = found[0]?.table
    ? await pool.query<{ name: string }>('select name from holdfast_migrations')
    : { rows: [] };
  const applied = new Set(rows.map(({ name }) => name));
  return migrations
    .filter(({ name }) => !applied.has(name))
    .map(({ name }) => ({ kind: 'migration', name, ...lacking, fix: 'pnpm holdfast migrate' }));
}

async function catalogFaults(database: Database): Promise<readonly SchemaFault[]> {
  const createSql = await ormOf(database).schema.getCreateSchemaSQL({ wrap: false });
  const client = await database.pool.connect();
  try {
    const { actual, intended } = await readBothCatalogs(client, createSql);
    const found = new Map(actual.map((entry) => [keyOf(entry), entry]));
    const tables = new Set(actual.map(({ table }) => table));
    const wanted = [...new Set(intended.map(({ table }) => table))];
    const lost = wanted.filter((table) => !tables.has(table));
    const ofTables = lost.map(
      (name): SchemaFault => ({
        kind: 'table',
        name,
        ...lacking,
        fix: 'Restore it from a backup.',
      }),
    );
    const ofEntries = intended
      .filter(({ table }) => tables.has(table))
      .flatMap((entry) => faultOf(entry, found.get(keyOf(entry)) ?? null));
    return [...ofTables, ...ofEntries];
  } finally {
    // The temporary schema goes with the connection.
    client.release(true);
  }
}

function keyOf({ kind, table, name }: CatalogEntry): string {
  return `${kind} ${table}.${name}`;
}

function faultOf(intended: CatalogEntry, found: CatalogEntry | null): readonly SchemaFault[] {
  const state = stateOf(intended, found);
  if (state === null) return [];
  const { kind, table, name, isGuard } = intended;
  const full = kind === 'column' ? `${table}.${name}` : name;
  return [{ kind, name: full, state, isGuard, fix: fixOf(intended, state) }];
}

function stateOf(intended: CatalogEntry, found: CatalogEntry | null): SchemaFault['state'] | null {
  if (found === null) return 'missing';
  if (found.definition !== intended.definition) return 'different';
  return found.isValid ? null : 'invalid';
}
