import { attemptLocked, attemptUnlocked, type SalesWriter } from './attempt.ts';
import { attemptUntilEnded, type Ended } from './attempts.ts';
import type { Decided } from './decide-sales.ts';
import type { ItemGroup } from './load.ts';
import type { Outcome } from './words.ts';

/**
 * Decides and writes the commands of one item: two round trips, and where others were faster a bounded
 * number of attempts under the row's lock. One outcome a command, in the same order.
 *
 * Throws what `attemptUntilEnded` does.
 */
export async function commitItem(
  writer: SalesWriter,
  group: ItemGroup,
): Promise<readonly Outcome[]> {
  const work = { groups: [group], isToBeWritten: () => true };
  const ended = await attemptUntilEnded(
    writer.guards,
    async (attempt) =>
      await (attempt === 1 ? attemptUnlocked(writer, group) : attemptLocked(writer, work)),
  );
  return outcomesOf(ended);
}

/** What was in doubt and could not be asked again is `unknown`. */
function outcomesOf({ decided, doubts }: Ended): readonly Outcome[] {
  const items = doubts.flat();
  const [end] = decided ?? [];
  if (end !== undefined) return withDoubts(end.outcomes, items);
  const last = items.at(-1);
  if (last === undefined) throw new Error('An attempt that did not end is in doubt.');
  const outcomes = last.outcomes.map(
    (outcome, place): Outcome => (last.doubtfulPlaces.has(place) ? { status: 'unknown' } : outcome),
  );
  return withDoubts(outcomes, items);
}

/** A command that may have taken effect in an attempt that stayed in doubt is not refused: it is `unknown`. */
function withDoubts(outcomes: readonly Outcome[], doubts: readonly Decided[]): readonly Outcome[] {
  const isDoubtful = (place: number) =>
    doubts.some(
      (each) => each.doubtfulPlaces.has(place) && each.outcomes[place]?.status !== 'refused',
    );
  return outcomes.map((outcome, place) =>
    outcome.status === 'refused' && isDoubtful(place) ? { status: 'unknown' } : outcome,
  );
}
