import type { Instant } from '@holdfast/domain';
import type { Database } from '../connection/database.ts';
import { millisecondsOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';
import { read } from './read.ts';

const nowQuery = statement('now', `select ${millisecondsOf('statement_timestamp()')} as now`);

/** PostgreSQL's time. Throws DatabaseUnavailable. */
export async function readNow(database: Database): Promise<Instant> {
  const [row] = await read<{ now: Instant }>(database, nowQuery({}));
  if (row === undefined) throw new Error('PostgreSQL did not say what time it is.');
  return row.now;
}
