import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';
import type { Layout } from './layout.ts';

/** Those of databases that had a connection once. */
const told = new WeakSet<Layout>();

/**
 * Do the tables lie on several nodes? A connection tells it: where there was none yet, one is made.
 *
 * @throws DatabaseUnavailable
 * @example await isDistributed(database) // false
 */
export async function isDistributed({
  layout,
  commitPool,
}: Pick<Database, 'layout' | 'commitPool'>): Promise<boolean> {
  if (!layout.isDistributed && !told.has(layout)) {
    const client = await mapFaults(() => commitPool.connect());
    client.release();
    told.add(layout);
  }
  return layout.isDistributed;
}
