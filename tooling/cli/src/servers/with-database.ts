import { type Database, type DatabaseOptions, openDatabase } from '@holdfast/data';

/**
 * Opens a database for the time of `work`, and closes it whatever happens.
 *
 * @example await withDatabase({ url }, (database) => database.ping())
 */
export async function withDatabase<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(options);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
