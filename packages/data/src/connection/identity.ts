import type { Database } from './database.ts';
import { mapFaults } from './faults.ts';

/**
 * Which database this is, among all there are: the same by whatever host or name it is reached, and on
 * its standbys. A dump that is restored elsewhere is another one.
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
