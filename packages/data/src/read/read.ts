import type { QueryConfig } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';

/** The rows of a query, on a connection for reads. Throws DatabaseUnavailable and ReadsOverloaded. */
export async function read<Row extends object>(
  database: Database,
  query: QueryConfig,
): Promise<readonly Row[]> {
  const result = await mapFaults(() => database.pool.query<Row>(query));
  return result.rows;
}
