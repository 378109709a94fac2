import { MikroORM, type Options } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { openCommitPool, sizesOf } from './commit-pool.ts';
import { noteOrm } from './orm-of.ts';
import { ormOptions } from '../schema/orm-options.ts';
import type { DatabaseOptions } from './database-options.ts';
import type { Layout } from './layout.ts';
import { openWriteCheck } from './write-check.ts';

/** An open database. Close it when done. */
export interface Database {
  readonly options: DatabaseOptions;
  /**
   * The pg pool of the ORM, for reads. It throws ReadsOverloaded where all its connections are in
   * use and too many wait, or for too long.
   */
  readonly pool: Pool;
  /** The connections of commits. Reads do not wait for these, nor commits for those of reads. */
  readonly commitPool: Pool;
  /** How the tables lie, by what the newest connection was told. */
  readonly layout: Layout;
  /**
   * Resolves when PostgreSQL could take a commit now. Throws DatabaseUnavailable, with the cause,
   * when it could not. It has a connection of its own. Calls at the same time share one question.
   */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a database. The server need not be up: the pool connects when it is used, and finds a
 * server again that comes back.
 *
 * Throws UrlInvalid for a URL that is not understood.
 *
 * @example const database = await openDatabase({ url: 'postgres://localhost/holdfast' })
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { readCountMax, commitCountMax } = sizesOf(options);
  const layout = { isDistributed: false };
  const onLayout = ({ isDistributed }: Layout) => {
    layout.isDistributed = isDistributed;
  };
  const reading = ormOptions({ ...options, poolSizeMax: readCountMax }, onLayout);
  const orm = await MikroORM.init(reading as Options);
  const pool = await orm.em.getConnection().getNativeClient();
  const commitPool = openCommitPool(options, { connectionCountMax: commitCountMax, onLayout });
  const writeCheck = openWriteCheck(options);
  const database: Database = {
    options,
    pool,
    commitPool,
    layout,
    ping: () => writeCheck.ask(),
    close: async () => {
      await orm.close(true);
      // The ORM ends the pool only if a query went through it, and an open pool keeps the process.
      if (!pool.ending) await pool.end();
      await commitPool.end();
      await writeCheck.close();
    },
  };
  noteOrm(database, orm);
  return database;
}
