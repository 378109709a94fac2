import type { Database } from '../connection/database.ts';
import { mapFaults } from '../connection/faults.ts';

/** SQL: the key of the advisory lock that whoever writes archives holds. */
export const retentionLock = `hashtext('holdfast_retention')`;

/**
 * Does some work while nobody else writes archives. The lock goes with its connection, also when the process is
 * killed.
 *
 * @returns what `work` returns; `null` where somebody else has the lock
 * @throws DatabaseUnavailable, and what `work` throws
 */
export async function whileNobodyArchives<T>(
  { pool }: Database,
  work: () => Promise<T>,
): Promise<T | null> {
  const client = await mapFaults(() => pool.connect());
  let isReleased = false;
  try {
    const { rows } = await mapFaults(() =>
      client.query<{ is_ours: boolean }>(
        `select pg_try_advisory_lock(${retentionLock}) as is_ours`,
      ),
    );
    if (rows[0]?.is_ours !== true) return null;
    const result = await work();
    await mapFaults(() => client.query(`select pg_advisory_unlock(${retentionLock})`));
    isReleased = true;
    return result;
  } finally {
    client.release(!isReleased);
  }
}
