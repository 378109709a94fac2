import type { PoolClient } from 'pg';
import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';

/**
 * Does some work in one transaction, on a connection for reads. If it throws, nothing of it stays.
 *
 * @throws DatabaseUnavailable, and what `work` throws
 * @example await inTransaction(database, (client) => client.query(markDelivered({ eventId })))
 */
export async function inTransaction<T>(
  { pool }: Database,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return await mapFaults(async () => {
    const client = await pool.connect();
    let isDone = false;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      isDone = true;
      return result;
    } finally {
      // A connection that failed half-way is dropped, and the server rolls its transaction back.
      client.release(!isDone);
    }
  });
}
