import { Pool } from 'pg';
import { connectionConfig, patienceSettings } from './connection-config.ts';
import { type DatabaseOptions, poolSizeMaxDefault } from './database-options.ts';

/** The share of connections that reads and health checks have: three of ten. */
const readShare = 0.3;

/** How the connections of a database are shared out. */
export interface PoolSizes {
  readonly readCountMax: number;
  readonly commitCountMax: number;
}

type SizeOptions = Pick<DatabaseOptions, 'poolSizeMax' | 'readCountMax'>;

/**
 * Splits the connections, so that commits never take those of reads, nor reads those of commits.
 *
 * @example sizesOf({ poolSizeMax: 10 }) // { readCountMax: 3, commitCountMax: 7 }
 */
export function sizesOf({ poolSizeMax = poolSizeMaxDefault, ...given }: SizeOptions): PoolSizes {
  const { readCountMax = Math.max(1, Math.round(poolSizeMax * readShare)) } = given;
  return { readCountMax, commitCountMax: Math.max(1, poolSizeMax - readCountMax) };
}

/**
 * Each connection plans a commit once. By itself PostgreSQL would plan it each time, since a plan
 * for these very arrays always looks cheaper than one for any. Planning took 1 ms of the 2 ms of a
 * lone booking (a group of 50: 2.4 ms now, 4.9 ms before).
 *
 * A plan that stays must still be good when tables have grown. So it may not read a whole table,
 * however small that is when the plan is made. The statements do their part: each look into
 * `bookings` is fenced by `offset 0`, or by address.
 */
const plannerSettings = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' };

/** @example const pool = openCommitPool(options, 7) */
export function openCommitPool(options: DatabaseOptions, connectionCountMax: number): Pool {
  const settings = { ...patienceSettings(options), ...plannerSettings };
  const pool = new Pool({ ...connectionConfig(options, settings), max: connectionCountMax });
  // Without a listener, a connection that is cut between two statements would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}
