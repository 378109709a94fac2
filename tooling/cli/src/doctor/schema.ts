import { countOf } from '@holdfast/command';
import { readSchemaFaults, type SchemaFault } from '@holdfast/data';
import type { Check, Finding } from './check.ts';

/** The version column, every constraint and index, the ledger's trigger, and the migrations. */
export const schema: Check = {
  id: 'schema',
  title: 'Columns, constraints, indexes and migrations are right',
  isPromise: true,
  async look({ database }) {
    const faults = await readSchemaFaults(database);
    const isMigrated = faults.every(({ kind }) => kind !== 'migration');
    return {
      figure: faults.length === 0 ? 'all there' : countOf(faults.length, 'fault'),
      findings: isMigrated ? faults.map(findingOf) : [notMigrated(faults)],
    };
  },
};

function notMigrated(faults: readonly SchemaFault[]): Finding {
  return {
    severity: 'danger',
    found: `Not applied: ${countOf(faults.length, 'migration')} (${faults.map(({ name }) => name).join(', ')}).`,
    means:
      'The tables are older than this release. Its statements fail, or a guard that it relies on is missing.',
    fix: 'DATABASE_URL=… pnpm holdfast migrate',
  };
}

function findingOf({ kind, name, state, isGuard, fix }: SchemaFault): Finding {
  const found = {
    missing: 'is missing',
    different: 'is not what it should be',
    invalid: 'is invalid',
  };
  return {
    severity: isGuard ? 'danger' : 'warning',
    found: `The ${kind} ${name} ${found[state]}.`,
    means: isGuard
      ? 'It is one of the guards that make overselling impossible even if code is wrong, or a statement needs it.'
      : 'Lists and look-ups read far more rows than they give. Bookings stay right, and get slow.',
    fix: `${fix}${fix.endsWith('.') ? '' : ';'}`,
  };
}
