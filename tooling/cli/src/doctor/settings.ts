import { messageOf, UsageError } from '@holdfast/command';
import { poolSizeFor, readConnectionCountMax } from '../stack/pool-size.ts';
import type { Check, Finding, Patient } from './check.ts';
import { type KeptSetting, readKeptSettings, resetOf } from './kept-settings.ts';

interface Settings {
  readonly isReadOnly: boolean;
  readonly isolation: string;
  readonly autovacuum: string;
  readonly trackCounts: string;
  readonly transactionTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  readonly kept: readonly KeptSetting[];
}

/** Settings that contradict each other, or what the engine asks of its connections. */
export const settings: Check = {
  id: 'settings',
  title: 'Settings do not contradict each other',
  isPromise: false,
  async look(patient) {
    const read = await readSettings(patient);
    const connections = await connectionFindings(patient);
    return {
      figure: connections.figure,
      findings: [...contradictionsIn(read), ...connections.findings],
    };
  },
};

/** A statement may take 2 s, so a transaction of several may take longer than this. */
const transactionMsMin = 4_000;

async function readSettings({ database }: Patient): Promise<Settings> {
  const { rows } = await database.pool.query<Omit<Settings, 'kept'>>(`
    select current_setting('default_transaction_read_only') = 'on' or pg_is_in_recovery() as "isReadOnly",
      current_setting('default_transaction_isolation') as isolation,
      current_setting('autovacuum') as autovacuum, current_setting('track_counts') as "trackCounts",
      coalesce((select setting::int from pg_settings where name = 'transaction_timeout'), 0)
        as "transactionTimeoutMs",
      (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout')
        as "idleInTransactionTimeoutMs"`);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL says nothing of its settings.');
  return { ...row, kept: await readKeptSettings(database) };
}

/** @example contradictionsIn({ …, autovacuum: 'off' }) // [{ found: 'autovacuum is off.', … }] */
function contradictionsIn(read: Settings): readonly Finding[] {
  const { isReadOnly, isolation, autovacuum, trackCounts, kept } = read;
  const isVacuumed = autovacuum === 'on' && trackCounts === 'on';
  return [
    ...when(isReadOnly, {
      severity: 'danger',
      found: 'PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on.',
      means: 'Nothing can be sold. Every api says that it is not ready.',
      fix: `Point DATABASE_URL at the primary; or ${resetOf('default_transaction_read_only', kept)}`,
    }),
    ...when(isolation !== 'read committed', {
      severity: 'warning',
      found: `default_transaction_isolation is ${isolation}.`,
      means:
        'Each commit checks its own guard again, and needs no stricter isolation. With this setting, commits of other processes make it fail and repeat. In a rush many commits are given up as contended.',
      fix: resetOf('default_transaction_isolation', kept),
    }),
    ...when(!isVacuumed, {
      severity: 'warning',
      found: `autovacuum is ${autovacuum}, track_counts is ${trackCounts}.`,
      means:
        'Each sale leaves an old row version. Nobody removes them, so tables and indexes only grow.',
      fix: 'ALTER SYSTEM SET autovacuum = on; ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();',
    }),
    ...timeoutFinding('transaction_timeout', read.transactionTimeoutMs, kept),
    ...timeoutFinding('idle_in_transaction_session_timeout', read.idleInTransactionTimeoutMs, kept),
  ];
}

function timeoutFinding(
  name: string,
  ms: number,
  kept: readonly KeptSetting[],
): readonly Finding[] {
  return when(ms > 0 && ms < transactionMsMin, {
    severity: 'warning',
    found: `${name} is ${ms} ms; a statement alone may take 2,000 ms.`,
    means: 'PostgreSQL ends connections during a commit, so callers get `unknown` without need.',
    fix: resetOf(name, kept),
  });
}

/** Are there connections enough for one api process and what runs beside it? */
async function connectionFindings({ database, poolSize }: Patient) {
  const { url } = database.options;
  const connectionCountMax = await readConnectionCountMax(url);
  const figure = `${connectionCountMax} connections`;
  try {
    poolSizeFor({ processCount: 1, connectionCountMax, given: poolSize });
    return { figure, findings: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const finding: Finding = {
      severity: 'warning',
      found: messageOf(error),
      means: 'Under load some processes get no connection, and answer database_unavailable.',
      fix: 'Set DATABASE_POOL_SIZE lower; or ALTER SYSTEM SET max_connections = 200; and restart PostgreSQL.',
    };
    return { figure, findings: [finding] };
  }
}

function when(isSo: boolean, finding: Finding): readonly Finding[] {
  return isSo ? [finding] : [];
}
