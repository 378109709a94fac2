import type { PoolClient } from 'pg';
import { type Database, openDatabase } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';
import { routines } from '../record/routines.ts';

/** The tables and the column that says where a row lives. Those of one value live on one node, all together. */
export const distributionColumns = {
  events: 'id',
  bookings: 'event_id',
  ledger: 'event_id',
  outbox: 'event_id',
  // An order has several events, and is looked for by its id alone.
  orders: 'id',
  removals: 'event_id',
  archive_parts: 'event_id',
} as const satisfies Readonly<Record<string, string>>;

/** This database cannot be distributed. The message has the fix. */
export class CannotDistribute extends Error {
  override readonly name = 'CannotDistribute';
}

/** Rows that are there are copied to their nodes: a minute for some tens of millions. */
const distributeTimeoutMs = 3_600_000;

/**
 * Distributes the tables by event over the nodes of a Citus cluster. It may be repeated: what is distributed stays
 * where it is. Rows that are there are moved to their nodes; nobody writes meanwhile (calls that wait for longer than
 * 3 s are answered 503).
 *
 * The ledger loses its trigger, which Citus does not take: from then on only rights keep it append-only
 * (`grantTo`), and the audit sees what was changed.
 *
 * @returns the tables that were distributed now
 * @throws CannotDistribute, DatabaseUnavailable
 * @example await distribute(database) // { distributed: ['events', 'bookings', …] }
 */
export async function distribute(
  database: Database,
): Promise<{ readonly distributed: readonly string[] }> {
  // Connections of its own: those of the database give up after seconds.
  const patient = await openDatabase({
    ...database.options,
    poolSizeMax: 2,
    lockTimeoutMs: distributeTimeoutMs,
    statementTimeoutMs: distributeTimeoutMs,
    replyTimeoutMs: distributeTimeoutMs,
  });
  try {
    return await mapFaults(() => distributeInTransaction(patient));
  } finally {
    await patient.close();
  }
}

async function distributeInTransaction({ pool }: Database) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('holdfast'))");
    await requireCoordinator(client);
    const distributed = await tablesToDistribute(client);
    if (distributed.includes('ledger')) {
      await client.query('drop trigger if exists ledger_is_append_only on ledger');
    }
    for (const [table, column] of Object.entries(distributionColumns)) {
      if (distributed.includes(table)) await distributeTable(client, table, column);
    }
    await client.query(`select create_distributed_function('holdfast_require(boolean)')`);
    await client.query('commit');
    await makeRoutines(client);
    return { distributed };
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(true);
  }
}

async function requireCoordinator(client: PoolClient): Promise<void> {
  const extension = await client.query(`select from pg_extension where extname = 'citus'`);
  if (extension.rowCount === 0) {
    throw new CannotDistribute(
      'This database has no extension citus. Install Citus on each node, put it into shared_preload_libraries, and in this database of each node run: create extension citus',
    );
  }
  const { rows } = await client.query<{ is_coordinator: boolean; worker_count: number }>(
    `select (select groupid = 0 from pg_dist_local_group) as is_coordinator,
       (select count(*)::int from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary')
         as worker_count`,
  );
  if (rows[0]?.is_coordinator !== true) {
    throw new CannotDistribute("This node is a worker of the cluster. Give the coordinator's URL.");
  }
  if (rows[0].worker_count === 0) {
    throw new CannotDistribute(
      'The cluster has no worker. Connect to the coordinator, and run this once for each worker: select citus_add_node(host, port)',
    );
  }
}

async function tablesToDistribute(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ table: string }>(
    `select relname::text as "table" from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
     where partmethod = 'h' and relnamespace = current_schema()::regnamespace`,
  );
  const done = new Set(rows.map(({ table }) => table));
  return Object.keys(distributionColumns).filter((table) => !done.has(table));
}

const routineIsThere = `
  select from pg_catalog.pg_dist_object
  where objid = to_regproc($1)::oid and distribution_argument_index = 0`;

/**
 * Each by itself: Citus makes no function in a transaction that has distributed a table. Those of earlier releases stay:
 * processes of these may run beside ours.
 */
async function makeRoutines(client: PoolClient): Promise<void> {
  // It goes with the connection.
  await client.query("select pg_advisory_lock(hashtext('holdfast'))");
  for (const { name, create, distribute: spread } of routines) {
    const { rowCount } = await client.query(routineIsThere, [name]);
    if (rowCount === 1) continue;
    await client.query(create);
    await client.query(spread);
  }
}

/** The first makes a group of shards, and the others join it: shards of the same ids always live on one node. */
async function distributeTable(client: PoolClient, table: string, column: string): Promise<void> {
  const group = table === 'events' ? 'none' : 'events';
  await client.query(
    'select create_distributed_table($1::text::regclass, $2, colocate_with => $3)',
    [table, column, group],
  );
  // The rows have been copied. Those that stay behind are never seen again.
  await client.query('select truncate_local_data_after_distributing_table($1::text::regclass)', [
    table,
  ]);
}
