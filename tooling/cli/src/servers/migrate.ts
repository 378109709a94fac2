import { type AppRole, type Database, grantTo, migrate } from '@holdfast/data';
import { withDatabase } from './database.ts';

const insufficientPrivilege = '42501';

export interface Migrated {
  readonly applied: readonly string[];
  /** The role can make tables, because everybody can in that schema. */
  readonly mayCreateTables: boolean;
  /** There is a queue for a worker without Redis; false where we may not make its schema. */
  readonly hasQueue: boolean;
}

/**
 * Migrates the database at `url`, and grants what api and worker need to their role; `null`: to nobody.
 *
 * @throws RoleUnfit, DatabaseUnavailable
 * @example await migrateAt(url, { name: 'holdfast_app', password: null })
 */
export function migrateAt(url: string, role: AppRole | null): Promise<Migrated> {
  return withDatabase({ url, applicationName: 'holdfast-migrate' }, async (database) => {
    const { applied } = await migrate(database);
    if (role === null) return { applied, mayCreateTables: false, hasQueue: false };
    const hasQueue = await prepareJobs(database);
    return { applied, hasQueue, ...(await grantTo(database, role)) };
  });
}

/**
 * The queue's tables, for a worker without Redis, whose role may not make them. Who owns our tables need
 * not be allowed to make a schema, and with Redis nobody needs this one.
 */
async function prepareJobs({ commitPool }: Database): Promise<boolean> {
  // It brings BullMQ along, which no other command needs.
  const { prepareJobsSchema } = await import('@holdfast/data/jobs-schema');
  const client = await commitPool.connect();
  try {
    await prepareJobsSchema(client);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code !== insufficientPrivilege) throw error;
    return false;
  } finally {
    client.release(true);
  }
}
