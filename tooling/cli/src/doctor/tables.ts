import { figure, share } from '@holdfast/command';
import type { Check, Finding, Patient } from './check.ts';

interface Table {
  readonly name: string;
  readonly live: number;
  readonly dead: number;
  readonly bytes: number;
  /** What its live rows alone would take; an estimate, by the statistics of ANALYZE. `null`: unknown. */
  readonly neededBytes: number | null;
}

/** Below these nobody feels it, and autovacuum does not begin. */
const deadMin = 10_000;
const deadShareMax = 0.5;
const bytesMin = 8 * 1024 * 1024;
const bloatMax = 3;

/** Old row versions, and room that nothing uses. */
export const tables: Check = {
  id: 'tables',
  title: 'Tables hold few dead rows and little empty room',
  isPromise: false,
  async look(patient) {
    const read = await readTables(patient);
    const dead = read.reduce((sum, table) => sum + table.dead, 0);
    const live = read.reduce((sum, table) => sum + table.live, 0);
    return {
      figure: `${figure(live)} rows, ${figure(dead)} dead`,
      findings: read.flatMap((table) => [...deadFinding(table), ...bloatFinding(table)]),
    };
  },
};

/** A row has a header of 24 bytes and a pointer of 4, and a page is filled to about nine tenths. */
async function readTables({ database }: Patient): Promise<readonly Table[]> {
  const { rows } = await database.pool.query<Table>(`
    select s.relname as name, s.n_live_tup::float8 as live, s.n_dead_tup::float8 as dead,
      pg_relation_size(s.relid)::float8 as bytes,
      (select sum(avg_width * (1 - null_frac)) from pg_stats p
        where p.schemaname = s.schemaname and p.tablename = s.relname
      )::float8 * s.n_live_tup / 0.9 + s.n_live_tup * 28 as "neededBytes"
    from pg_stat_user_tables s
    where s.relid in (
      to_regclass('events'), to_regclass('bookings'), to_regclass('ledger'), to_regclass('outbox'),
      to_regclass('removals'), to_regclass('archive_parts')
    )
    order by s.relname`);
  return rows;
}

function deadFinding({ name, live, dead }: Table): readonly Finding[] {
  if (dead < deadMin || dead < (live + dead) * deadShareMax) return [];
  return [
    {
      severity: 'warning',
      found: `${name} has ${figure(dead)} dead rows beside ${figure(live)} (${share(dead, live + dead)}).`,
      means:
        'Every read has to pass over them. Autovacuum does not keep up, or an old transaction keeps it from removing them.',
      fix: `VACUUM (ANALYZE) ${name}; and where it does not help, end what is oldest in: SELECT pid, xact_start, query FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start LIMIT 3;`,
    },
  ];
}

function bloatFinding({ name, bytes, neededBytes }: Table): readonly Finding[] {
  if (neededBytes === null || bytes < bytesMin || bytes < neededBytes * bloatMax) return [];
  const mebibytes = (count: number) => `${figure(count / 1024 / 1024)} MB`;
  return [
    {
      severity: 'warning',
      found: `${name} takes ${mebibytes(bytes)}, and its rows need about ${mebibytes(neededBytes)}.`,
      means: 'Its pages hold little, so more of them are read and less of them fits into memory.',
      fix: `VACUUM FULL ${name}; while nothing is sold: it locks the table. Or pg_repack, which does not.`,
    },
  ];
}
