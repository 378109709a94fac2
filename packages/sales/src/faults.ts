import { faultKind, type FaultKind } from '@holdfast/data/faults';
import { movedMark } from './statements.ts';

/** What of the tables tells a guard from the team's other constraints. */
export interface Guards {
  /** The unique indexes whose violation says that somebody else was faster. */
  readonly indexes: ReadonlySet<string>;
  /** The table whose CHECKs are guards, without its schema. */
  readonly itemTable: string;
}

/**
 * What an error means. That a key was taken or a counter would fall below 0 is a guard that has held, if
 * it is one of ours; the team's other constraints are the caller's affair.
 *
 * @example faultOf(guards, error) // 'lost'
 */
export function faultOf({ indexes, itemTable }: Guards, error: unknown): FaultKind {
  const { code, constraint, table, message } = sqlErrorOf(error);
  if (code === '23505') return indexes.has(constraint) ? 'lost' : 'bug';
  if (code === '23514') return table === itemTable ? 'lost' : 'bug';
  if (code === '22P02' && message.includes(movedMark)) return 'lost';
  return code === '22003' ? 'bug' : faultKind(error);
}

function sqlErrorOf(error: unknown) {
  const fields: Readonly<Record<string, unknown>> = Object.fromEntries(
    error instanceof Error ? Object.entries(error) : [],
  );
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  const message = error instanceof Error ? error.message : '';
  return { code: text('code'), constraint: text('constraint'), table: text('table'), message };
}
