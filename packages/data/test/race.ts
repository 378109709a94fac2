import type { Database } from '@holdfast/data';
import { type Command, decideGroup } from '@holdfast/domain';
import { load } from '../src/commit/load.ts';
import type { Decided, Recorded } from '../src/commit/group.ts';
import { record } from '../src/record/record.ts';

/**
 * A commit taken apart, so that a test can put other commits between its two round trips.
 */
export async function loadAndDecide(
  database: Database,
  eventId: string,
  commands: readonly Command[],
): Promise<Decided> {
  const [loaded] = await load(database.pool, [{ eventId, commands }]);
  if (loaded === undefined) throw new Error('One group is loaded as one.');
  return { loaded, group: decideGroup(loaded.state, commands, loaded.now) };
}

/** The second round trip: what the guard let through, or how it was lost. */
export async function tryRecord(
  database: Database,
  decided: Decided,
): Promise<Recorded | { readonly lost: true } | { readonly sqlState: string }> {
  try {
    return (await record(database.pool, decided)) ?? { lost: true };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { sqlState: String(error.code) };
    throw error;
  }
}

/** From now on a statement goes on where a booking is not as it was seen. */
export async function removeMovedGuard({ pool }: Database): Promise<void> {
  await pool.query(
    `create or replace function holdfast_require(holds boolean) returns boolean
     language sql as 'select true'`,
  );
}
