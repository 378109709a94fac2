import { type AppRole, type Database, distribute, grantTo, migrate } from '@holdfast/data';
import { withDatabase } from './database.ts';

const insufficientPrivilege = '42501';

export interface MigratePlan {
  /** Who gets what api and worker need; `null`: nobody. */
  readonly role: AppRole | null;
  /** Distributes the tables over the nodes of a Citus cluster. */
  readonly isDistributed: boolean;
}

export interface Migrated {
  readonly applied: readonly string[];
  /** The tables that were distributed now. */
  readonly distributed: readonly string[];
  /** The role can make tables, because everybody can in that schema. */
  readonly mayCreateTables: boolean;
  /** There is a queue for a worker without Redis; false where we may not make its schema. */
  readonly hasQueue: boolean;
}

/**
 * Migrates the database at `url`, distributes its tables where that is wanted, and then grants what api and worker
 * need to their role: of tables that are distributed on every node.
 *
 * @throws CannotDistribute, RoleUnfit, DatabaseUnavailable
 * @example await migrateAt(url, { role: { name: 'holdfast_app', password: null }, isDistributed: false })
 */
export function migrateAt(url: string, { role, isDistributed }: MigratePlan): Promise<Migrated> {
  return withDatabase({ url, applicationName: 'holdfast-migrate' }, async (database) => {
    const { applied } = await migrate(database);
    const { distributed } = isDistributed ? await distribute(database) : { distributed: [] };
    const done = { applied, distributed };
    if (role === null) return { ...done, mayCreateTables: false, hasQueue: false };
    const hasQueue = await prepareJobs(database);
    return { ...done, hasQueue, ...(await grantTo(database, role)) };
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
