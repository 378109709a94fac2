import type { Database } from '@holdfast/data';
import { vi } from 'vitest';

/** The names of the statements of commits that run while `work` does, in order. */
export async function statementsOf(
  database: Database,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const query = vi.spyOn(database.commitPool, 'query');
  try {
    await work();
    return query.mock.calls.map(([asked]: readonly unknown[]) => nameOf(asked));
  } finally {
    query.mockRestore();
  }
}

function nameOf(asked: unknown): string {
  const isNamed = typeof asked === 'object' && asked !== null && 'name' in asked;
  // A routine, where tables are distributed, has a hash at its end.
  return isNamed ? String(asked.name).replace(/^holdfast_|_[\da-f]{8}$/g, '') : 'unnamed';
}
