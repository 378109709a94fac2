import { Pool } from 'pg';
import { connectionConfig, patienceSettings } from './connection-config.ts';
import { type DatabaseOptions, poolSizeMaxDefault } from './database-options.ts';

/** Of ten connections, reads and health checks have three to themselves. */
const readShare = 0.3;

/** How the connections of a database are shared out. */
export interface PoolSizes {
  readonly readCountMax: number;
  readonly commitCountMax: number;
}

type SizeOptions = Pick<DatabaseOptions, 'poolSizeMax' | 'readCountMax'>;

/**
 * Reads always find a connection that no commit has, and commits one that no read has.
 *
 * @example sizesOf({ poolSizeMax: 10 }) // { readCountMax: 3, commitCountMax: 7 }
 */
export function sizesOf({ poolSizeMax = poolSizeMaxDefault, ...given }: SizeOptions): PoolSizes {
  const { readCountMax = Math.max(1, Math.round(poolSizeMax * readShare)) } = given;
  return { readCountMax, commitCountMax: Math.max(1, poolSizeMax - readCountMax) };
}

/**
 * A commit is planned once a connection: PostgreSQL would plan it anew each time, since it cannot
 * tell that arrays of other lengths want no other plan, and that took 1 ms of the 2 that a lone
 * booking takes (a group of 50: 2.4 ms in place of 4.9). A plan that stays must hold for tables that grow
 * meanwhile, so it may not read a whole table, however small that is when it is made; the statements
 * see to the rest: every look into `bookings` is fenced, or by address.
 */
const plannerSettings = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' };

/** @example const pool = openCommitPool(options, 7) */
export function openCommitPool(options: DatabaseOptions, connectionCountMax: number): Pool {
  const settings = { ...patienceSettings(options), ...plannerSettings };
  const pool = new Pool({ ...connectionConfig(options, settings), max: connectionCountMax });
  // A connection that is cut between two statements would end the process: the next one fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}
