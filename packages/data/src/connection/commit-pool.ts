import { Pool } from 'pg';
import { connectionConfig, patienceSettings } from './connection-config.ts';
import { type DatabaseOptions, poolSizeMaxDefault } from './database-options.ts';
import { askingLayout, type Layout } from './layout.ts';

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

/**
 * Where tables are distributed, only the values of a statement say to which server it goes: it is planned each time,
 * there once and on that server once more.
 */
const distributedSettings = `set plan_cache_mode = 'force_custom_plan'; set enable_seqscan = 'on'`;

interface CommitPoolOptions {
  readonly connectionCountMax: number;
  /** Hears of each new connection how the tables lie. */
  readonly onLayout: (layout: Layout) => void;
}

/** @example const pool = openCommitPool(options, { connectionCountMax: 7, onLayout }) */
export function openCommitPool(
  options: DatabaseOptions,
  { connectionCountMax, onLayout }: CommitPoolOptions,
): Pool {
  const settings = { ...patienceSettings(options), ...plannerSettings };
  const config = askingLayout(connectionConfig(options, settings), async (layout, client) => {
    if (layout.isDistributed) await client.query(distributedSettings);
    onLayout(layout);
  });
  const pool = new Pool({ ...config, max: connectionCountMax });
  // Without a listener, a connection that is cut between two statements would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}
