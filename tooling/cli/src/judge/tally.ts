import type { History } from './load.ts';

/** How often each name occurs, the most frequent first. */
export type Counts = Readonly<Record<string, number>>;

/** Everyone counted: `users = confirmed + refused + errors + unknown`. */
export interface Tally {
  readonly users: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly refusedByReason: Counts;
  readonly errors: number;
  readonly errorsByCause: Counts;
  readonly unknown: number;
}

/** Counts the answers of a load by what they were. */
export function tally(history: History): Tally {
  const reasons: string[] = [];
  const causes: string[] = [];
  let confirmed = 0;
  let unknown = 0;
  for (const { answer } of history) {
    if (answer.status === 'confirmed') confirmed += 1;
    else if (answer.status === 'unknown') unknown += 1;
    else if (answer.status === 'refused') reasons.push(answer.reason);
    else causes.push(answer.cause);
  }
  return {
    users: history.length,
    confirmed,
    refused: reasons.length,
    refusedByReason: countsOf(reasons),
    errors: causes.length,
    errorsByCause: countsOf(causes),
    unknown,
  };
}

function countsOf(names: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
