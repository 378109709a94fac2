import { ormOf } from '../connection/orm-of.ts';
import { type Database, openDatabase } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';

/** The longest that a migration may take, and that one may wait for that of another process. */
const migrationTimeoutMs = 600_000;

/** One connection holds the lock, the other migrates. */
const poolSizeMax = 2;

/**
 * Brings the schema up to date. It may be repeated, and run many times at once: an advisory lock
 * lets one at a time through, and the others find nothing left to do.
 *
 * Throws DatabaseUnavailable.
 *
 * @returns the names of the migrations that were applied now, in order
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  // Connections of its own: those of the database give up after seconds.
  const patient = await openDatabase({
    ...database.options,
    poolSizeMax,
    lockTimeoutMs: migrationTimeoutMs,
    statementTimeoutMs: migrationTimeoutMs,
    replyTimeoutMs: migrationTimeoutMs,
  });
  try {
    return await mapFaults(() => migrateLocked(patient));
  } finally {
    await patient.close();
  }
}

async function migrateLocked(database: Database): Promise<{ applied: string[] }> {
  const client = await database.commitPool.connect();
  try {
    // Any key will do, if it is the same in every process that migrates.
    await client.query("select pg_advisory_lock(hashtext('holdfast'))");
    const applied = await ormOf(database).migrator.up();
    return { applied: applied.map((migration) => migration.name) };
  } finally {
    // The lock goes with the connection.
    client.release(true);
  }
}
