import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';
import { isDistributed } from './is-distributed.ts';

const identity = `select c.system_identifier || ':' || d.oid as identity
  from pg_control_system() c, pg_database d where d.datname = current_database()`;

/** All nodes of a Citus cluster are one database: that of the coordinator. */
const identityOfCluster = `select result as identity from run_command_on_coordinator($1) where success`;

/**
 * An id of this database among all there are. It does not depend on the host or name by which it is
 * reached, and standbys have the same. A dump that is restored elsewhere has another one.
 *
 * @throws DatabaseUnavailable
 * @example await readIdentity(database) // '7712496218229106241:16385'
 */
export async function readIdentity(database: Database): Promise<string> {
  const isOfCluster = await isDistributed(database);
  const question = isOfCluster
    ? { text: identityOfCluster, values: [identity] }
    : { text: identity };
  const { rows } = await mapFaults(() => database.pool.query<{ identity: string }>(question));
  const [row] = rows;
  if (row === undefined) throw new Error('The current database is always listed.');
  return row.identity;
}
