import type { Client } from 'pg';

/**
 * Has PostgreSQL count these tables now. PostgreSQL may be counting one by itself at that moment, and lets nobody
 * else: so this waits for longer than bookings may.
 *
 * @example await analyze(database.pool, 'bookings, ledger')
 */
export async function analyze(connection: Pick<Client, 'query'>, tables: string): Promise<void> {
  // Several statements in one text are one transaction.
  await connection.query(
    `set local lock_timeout = '30s'; set local statement_timeout = '60s'; analyze ${tables}`,
  );
}
