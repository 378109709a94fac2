import { migrate } from '@holdfast/data';
import { withDatabase } from './with-database.ts';

/** Migrates the database at `url`. Gives the names of what was applied. */
export function migrateAt(url: string): Promise<{ readonly applied: readonly string[] }> {
  return withDatabase({ url, applicationName: 'holdfast-migrate' }, migrate);
}
