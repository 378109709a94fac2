import { setTimeout as sleep } from 'node:timers/promises';
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

const askEveryMs = 500;

/** SQLSTATE classes that no waiting fixes: a wrong password, a database that is not there. */
const lastingClasses = ['28', '3D'];

/**
 * Waits until PostgreSQL answers, for `patienceMs` at most: the server of a container may start
 * beside us. What no waiting fixes is thrown at once.
 *
 * @throws the last reason
 * @example await waitForDatabase(url, 60_000)
 */
export async function waitForDatabase(url: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await withDatabase({ url }, (database) => database.ping());
    } catch (error) {
      if (performance.now() + askEveryMs > deadline || isLasting(error)) throw error;
    }
    await sleep(askEveryMs);
  }
}

function isLasting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return lastingClasses.includes(code.slice(0, 2)) || isLasting(error.cause);
}
