import type { Database, KnownEvents } from '@holdfast/data';
import { type BookingCommand, type Command, decideGroup, stateOf } from '@holdfast/domain';
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

/** Decided by somebody who knows the event as it stands, and of bookings nothing. */
export function decideBlindly(
  known: KnownEvents,
  eventId: string,
  commands: readonly BookingCommand[],
): Decided {
  const last = known.find(eventId);
  const now = known.clock.now();
  if (last === null || now === null) throw new Error('This process knows the event.');
  const { event, nextLapseAt } = last;
  const state = stateOf(event, []);
  const group = decideGroup(state, commands, now);
  return { loaded: { state, now, nextLapseAt, from: 'known' }, group };
}

/** The second round trip: what the guard let through, or how it was lost. */
export async function tryRecord(
  database: Database,
  decided: Decided,
): Promise<Recorded | { readonly lost: true } | { readonly sqlState: string }> {
  try {
    return (await record(database.pool, decided, database.layout)) ?? { lost: true };
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
