import { countOf } from '@holdfast/command';
import { type ExplainedStatement, explainStatements } from '@holdfast/data';
import type { Check, Finding } from './check.ts';

/** EXPLAIN of every statement that the engine prepares. */
export const plans: Check = {
  id: 'plans',
  title: 'Every statement finds its rows by an index (EXPLAIN)',
  isPromise: false,
  async look({ database }) {
    const explained = await explainStatements(database);
    return {
      figure: countOf(explained.length, 'statement'),
      findings: explained.flatMap(findingsOf),
    };
  },
};

function findingsOf({ name, isSorted, tablesReadWhole }: ExplainedStatement): readonly Finding[] {
  const found = [
    ...tablesReadWhole.map((table) => `The statement ${name} would read all of ${table}.`),
    ...(isSorted ? [`The statement ${name} would read all of its list and sort it.`] : []),
  ];
  return found.map((each) => ({
    severity: 'warning',
    found: each,
    means: 'It gets slower with every new row, and all other calls wait with it.',
    fix: 'Make the index that the finding about the schema names; then ANALYZE events, bookings, ledger, outbox;',
  }));
}
