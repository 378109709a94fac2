import { type Database, openDatabase } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';

/** The longest that a migration, or the wait for another process's, may take. */
const migrationTimeoutMs = 600_000;

/** One connection holds the lock, the other migrates. */
const poolSizeMax = 2;

/**
 * Brings the database's schema up to date. Running it again, or many times at once, is harmless: an
 * advisory lock lets one at a time through, and the others find nothing left to do.
 *
 * Throws DatabaseUnavailable.
 *
 * @returns the names of the migrations that were applied now, in order
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  // On connections of its own: those of the database give up after seconds, as a booking must.
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

async function migrateLocked({ orm, commitPool }: Database): Promise<{ applied: string[] }> {
  const client = await commitPool.connect();
  try {
    // A key of our own choosing; it only has to be the same in every process that migrates.
    await client.query("select pg_advisory_lock(hashtext('holdfast'))");
    const applied = await orm.migrator.up();
    return { applied: applied.map((migration) => migration.name) };
  } finally {
    // The lock goes with the connection.
    client.release(true);
  }
}
