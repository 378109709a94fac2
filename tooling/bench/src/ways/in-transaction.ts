import type { Pool, PoolClient } from 'pg';

/** A transaction that ends in a commit where `work` says so, and else in a rollback. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<{ readonly commit: boolean; readonly result: T }>,
): Promise<T> {
  const client = await pool.connect();
  let isOver = false;
  try {
    await client.query('begin');
    const { commit, result } = await work(client);
    await client.query(commit ? 'commit' : 'rollback');
    isOver = true;
    return result;
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isOver);
  }
}
