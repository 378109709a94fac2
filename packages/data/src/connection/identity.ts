import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';

/**
 * An id of this database among all there are. It does not depend on the host or name by which it is
 * reached, and standbys have the same. A dump that is restored elsewhere has another one.
 *
 * @throws DatabaseUnavailable
 * @example await readIdentity(database) // '7712496218229106241:16385'
 */
export async function readIdentity({ pool }: Database): Promise<string> {
  const { rows } = await mapFaults(() =>
    pool.query<{ identity: string }>(
      `select c.system_identifier || ':' || d.oid as identity
       from pg_control_system() c, pg_database d where d.datname = current_database()`,
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The current database is always listed.');
  return row.identity;
}
