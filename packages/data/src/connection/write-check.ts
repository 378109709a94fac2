import { Pool } from 'pg';
import { connectionConfig, patienceSettings } from './connection-config.ts';
import { DatabaseUnavailable, mapFaults } from './faults.ts';
import type { DatabaseOptions } from './database-options.ts';

/** Asks whether PostgreSQL could take a commit now, on a connection that nothing else waits for. */
export interface WriteCheck {
  /**
   * Resolves when it could. Calls at the same time share one question and its answer.
   *
   * @throws DatabaseUnavailable, with the cause
   */
  ask(): Promise<void>;
  close(): Promise<void>;
}

/** So many rows do not fit into the memory of the session. They go to a file of about 110 kB. */
const spilledRowCount = 8_192;
const memorySettings = { work_mem: '64kB' };

/**
 * Tries what a commit needs, at a bounded price, in one round trip, without a table or a right of
 * its own:
 *
 * - The server must be a primary that takes writes.
 * - The disk must take some pages. Rows that do not fit into memory go to a temporary file. It lies
 *   on the disk of the tables, and goes with the statement.
 * - A record must be flushed to the log, and to a standby if commits wait for one.
 */
const question = `
  select current_setting('transaction_read_only') = 'on' as is_read_only,
    (select count(*) from generate_series(1, ${spilledRowCount})) as spilled,
    case when current_setting('transaction_read_only') = 'off'
      then pg_logical_emit_message(true, 'holdfast', 'ready') end as flushed`;

/** @example await openWriteCheck(options).ask() */
export function openWriteCheck(options: DatabaseOptions): WriteCheck {
  const applicationName = `${options.applicationName ?? 'holdfast'}-ready`;
  const settings = { ...patienceSettings(options), ...memorySettings };
  const pool = new Pool({
    ...connectionConfig({ ...options, applicationName }, settings),
    max: 1,
  });
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  let asked: Promise<void> | null = null;
  return {
    ask() {
      asked ??= mapFaults(() => askOnce(pool)).finally(() => {
        asked = null;
      });
      return asked;
    },
    close: () => pool.end(),
  };
}

async function askOnce(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ is_read_only: boolean }>(question);
  if (rows[0]?.is_read_only !== false) throw new DatabaseUnavailable(new Error(readOnly));
}

const readOnly =
  'PostgreSQL is read-only: it is a standby, or default_transaction_read_only is on.';
