import { randomBytes } from 'node:crypto';
import { createDatabase } from '@holdfast/services';
import { providedServices } from './provided.ts';

/**
 * A new empty database of its own, as its URL. It goes away with the test run; migrating it is the
 * caller's.
 *
 * @example
 * const database = await openDatabase({ url: await freshDatabase() })
 * await migrate(database)
 */
export async function freshDatabase(): Promise<string> {
  const { databaseUrl, runName } = providedServices();
  return createDatabase(databaseUrl, `${runName}_${randomBytes(6).toString('hex')}`);
}
