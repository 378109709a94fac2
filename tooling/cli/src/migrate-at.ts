import { type AppRole, type Database, grantTo, migrate } from '@holdfast/data';
import { withDatabase } from './with-database.ts';

/** What was done to a database. */
export interface Migrated {
  /** The names of what was applied, in order. */
  readonly applied: readonly string[];
  /** The role can make tables, because everybody can in that schema. */
  readonly mayCreateTables: boolean;
}

interface MigratePlan {
  /** Gets what api and worker need; `null`: nobody does. */
  readonly grantTo?: AppRole | null;
}

/**
 * Migrates the database at `url`, and grants what api and worker need to their role.
 *
 * @throws RoleUnfit, DatabaseUnavailable
 * @example await migrateAt(url, { grantTo: { name: 'holdfast_app', password: null } })
 */
export function migrateAt(url: string, plan: MigratePlan = {}): Promise<Migrated> {
  return withDatabase({ url, applicationName: 'holdfast-migrate' }, async (database) => {
    const { applied } = await migrate(database);
    const role = plan.grantTo ?? null;
    if (role === null) return { applied, mayCreateTables: false };
    await prepareJobs(database);
    return { applied, ...(await grantTo(database, role)) };
  });
}

/** The queue's tables, for a worker without Redis, whose role may not make them. */
async function prepareJobs({ commitPool }: Database): Promise<void> {
  // It brings BullMQ along, which no other command needs.
  const { prepareJobsSchema } = await import('@holdfast/data/jobs-schema');
  const client = await commitPool.connect();
  try {
    await prepareJobsSchema(client);
  } finally {
    client.release(true);
  }
}
