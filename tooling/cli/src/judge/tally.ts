import type { Call } from '../load/call.ts';

/** How often each name occurs, the most frequent first. */
export type Counts = Readonly<Record<string, number>>;

/** Everyone counted: `users = confirmed + refused + errors + unknown`. */
export type Tally = ReturnType<typeof tally>;

/** Counts the calls of a load, one a user, by how they ended. */
export function tally(calls: readonly Call[]) {
  const reasons: string[] = [];
  const causes: string[] = [];
  let confirmed = 0;
  let unknown = 0;
  for (const { result } of calls) {
    if (result.status === 'accepted') confirmed += 1;
    else if (result.status === 'unknown') unknown += 1;
    else if (result.status === 'refused') reasons.push(result.reason);
    else causes.push(result.fault);
  }
  return {
    users: calls.length,
    confirmed,
    refused: reasons.length,
    refusedByReason: countsOf(reasons),
    // Calls that broke or fell silent, faults, answers that make no sense.
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
