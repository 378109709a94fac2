import { duration, figure } from '@holdfast/command';
import type { Check, Examined, Finding, Patient } from './check.ts';

interface Slow {
  readonly query: string;
  readonly calls: number;
  readonly meanMs: number;
}

/** A commit takes 1 to 5 ms, and a page of a list less. */
const meanMsMax = 50;
const callCountMin = 10;
const slowCountMax = 5;
const queryLengthMax = 100;

/** What pg_stat_statements says, where it is there. */
export const slowStatements: Check = {
  id: 'slow-statements',
  title: 'No statement is slow (pg_stat_statements)',
  isPromise: false,
  async look(patient) {
    if (!(await isCounting(patient))) return notCounting;
    const slow = await readSlow(patient);
    return { figure: `above ${meanMsMax} ms: ${slow.length}`, findings: slow.map(findingOf) };
  },
};

/** The view may be there and count nothing: it needs its library at the start of the server. */
async function isCounting({ database }: Patient): Promise<boolean> {
  const { rows } = await database.pool.query<{ counts: boolean }>(`
    select to_regclass('pg_stat_statements') is not null
      and current_setting('pg_stat_statements.max', true) is not null as counts`);
  return rows[0]?.counts === true;
}

const notCounting: Examined = {
  figure: 'not measured',
  findings: [
    {
      severity: 'note',
      found: 'pg_stat_statements is not there, so nobody knows which statements are slow.',
      means: 'Nothing is wrong. With it, this command names slow statements.',
      fix: "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; restart PostgreSQL; then, in this database: CREATE EXTENSION pg_stat_statements;",
    },
  ],
};

async function readSlow({ database }: Patient): Promise<readonly Slow[]> {
  const { rows } = await database.pool.query<Slow>(
    `select query, calls::float8 as calls, mean_exec_time as "meanMs" from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())
       and mean_exec_time > $1 and calls >= $2
     order by total_exec_time desc limit $3`,
    [meanMsMax, callCountMin, slowCountMax],
  );
  return rows;
}

function findingOf({ query, calls, meanMs }: Slow): Finding {
  const text = query.replaceAll(/\s+/g, ' ').trim().slice(0, queryLengthMax);
  return {
    severity: 'warning',
    found: `${figure(calls)} calls took ${duration(meanMs)} on average: ${text}`,
    means: 'Its callers wait, and keep a connection that others wait for.',
    fix: 'EXPLAIN (ANALYZE, BUFFERS) it with values of yours, and see the findings about schema, plans and tables. Then: SELECT pg_stat_statements_reset();',
  };
}
