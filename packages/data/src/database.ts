import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { mapFaults } from './faults.ts';
import { ormOptions } from './orm-options.ts';

/** How to reach PostgreSQL, and how long to wait for it. All times in milliseconds. */
export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. A commit uses one at a time. Default 10. */
  readonly poolSizeMax?: number;
  /** Shown in `pg_stat_activity`. Default `holdfast`. */
  readonly applicationName?: string;
  /** For a connection, from the pool or new. Default 2000. */
  readonly connectTimeoutMs?: number;
  /** For a row lock; PostgreSQL gives up then. Default 1000. */
  readonly lockTimeoutMs?: number;
  /** For a statement; PostgreSQL gives up then. Default 2000. */
  readonly statementTimeoutMs?: number;
  /** For an answer, where PostgreSQL itself is silent; the connection is dropped. Default 3000. */
  readonly replyTimeoutMs?: number;
}

/** An open database. Close it when done. */
export interface Database {
  readonly orm: MikroORM;
  /** The pg pool beneath the ORM, for statements that are one round trip. */
  readonly pool: Pool;
  /** Resolves when PostgreSQL answers; throws DatabaseUnavailable when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a database. It does not need the server to be up: the pool connects when it is used, and
 * a server that comes back is found again.
 *
 * @example const database = await openDatabase({ url: 'postgres://localhost/holdfast' })
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const orm = await MikroORM.init(ormOptions(options) as Options);
  const pool = await orm.em.getConnection().getNativeClient();
  return {
    orm,
    pool,
    ping: () => mapFaults(async () => void (await pool.query('select 1'))),
    close: async () => {
      await orm.close(true);
      // The ORM ends the pool only if a query went through it, and an open pool keeps the process.
      if (!pool.ending) await pool.end();
    },
  };
}
