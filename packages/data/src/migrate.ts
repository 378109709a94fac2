import type { Database } from './database.ts';

/**
 * Brings the database's schema up to date. Running it again, or twice at once, is harmless: an
 * advisory lock lets one at a time through.
 *
 * @returns the names of the migrations that were applied now, in order
 */
export async function migrate(database: Database): Promise<{ applied: string[] }> {
  const client = await database.pool.connect();
  try {
    // A key of our own choosing; it only has to be the same in every process that migrates.
    await client.query("set statement_timeout = 0; select pg_advisory_lock(hashtext('holdfast'))");
    const applied = await database.orm.migrator.up();
    return { applied: applied.map((migration) => migration.name) };
  } finally {
    // Dropping the connection gives the lock back and forgets the setting.
    client.release(true);
  }
}
