import { inspectPooling } from '@holdfast/data';
import type { Check, Finding } from './check.ts';

/** Does each connection keep its server process? */
export const pooling: Check = {
  id: 'pooling',
  title: 'No pooler in transaction mode stands before PostgreSQL',
  isPromise: false,
  async look({ database }) {
    const found = await inspectPooling(database.options);
    return { figure: `by ${found}`, findings: found === 'transaction' ? [inTransactionMode] : [] };
  },
};

const inTransactionMode: Finding = {
  severity: 'danger',
  found: 'A pooler gives our connections another server process for each transaction.',
  means:
    'Calls fail as database_unavailable where it mixes up prepared statements (PgBouncer before 1.21). With any of them LISTEN is lost, so caches and watchers do not hear of changes, and two migrations may run at once.',
  fix: 'Set pool_mode = session for this database and role, or let DATABASE_URL reach PostgreSQL itself.',
};
