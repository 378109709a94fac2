import { type Command, type Standing, standingOf } from '@holdfast/domain';
import { attemptAlone, type GivenUp, giveUp, type Written } from './attempt-alone.ts';
import { attemptTogether } from './attempt-together.ts';
import { canonicalCommand, canonicalId } from './canonical.ts';
import type { Database } from '../connection/database.ts';
import type { Group } from './load.ts';
import { type Outcome, type OutcomeOf, outcomesOf, withDoubts } from './outcome.ts';
import { knownAfter } from '../read/standings.ts';

/** Commands of one event, as they are given to be committed together. */
export interface GivenGroup<C extends Command> {
  readonly eventId: string;
  readonly commands: readonly C[];
  /** Every command is a claim under an id that nobody has sent before. */
  readonly isFirstAttempt: boolean;
}

/** What became of a group of commands. */
export interface CommittedGroup<O extends Outcome> {
  /** One a command, in the same order. */
  readonly outcomes: O[];
  /** How the event stands then. `null`: there is no such event, or nobody can tell (`unknown`). */
  readonly standing: Standing | null;
}

/**
 * Decides commands of one event and writes what was decided: the only writer of events and bookings.
 *
 * One round trip loads, the rules decide, one round trip records under a guard on exactly what was
 * relied on. A lost guard loads and decides again, from then on under the row lock, so that nobody
 * starves. Outcomes stand in the order of the commands. Only what is committed is `accepted`.
 *
 * A connection that breaks at the COMMIT leaves it in doubt. Since every command is idempotent,
 * deciding again on a fresh connection is the re-read: what is there is accepted. What is then
 * refused, or cannot be asked, is `unknown`, and the same commands given again will settle it.
 *
 * Throws, with nothing written, DatabaseUnavailable and CommitContended; both say when to retry.
 *
 * @example
 * const [outcome] = await commit(database, eventId, [
 *   { type: 'reserve', bookingId, userId, quantity: 2 },
 * ]);
 */
export async function commit<C extends Command>(
  database: Database,
  eventId: string,
  commands: readonly C[],
): Promise<OutcomeOf<C>[]> {
  const { outcomes } = await commitGroup(database, eventId, commands);
  return outcomes;
}

/**
 * As `commit`, and tells as well how the event stands then, for those who may refuse later commands
 * early.
 *
 * @example
 * const { outcomes, standing } = await commitGroup(database, eventId, commands);
 */
export async function commitGroup<C extends Command>(
  database: Database,
  eventId: string,
  commands: readonly C[],
): Promise<CommittedGroup<OutcomeOf<C>>> {
  const [committed] = commitGroups(database, [{ eventId, commands, isFirstAttempt: false }]);
  if (committed === undefined) throw new Error('One group has one end.');
  return await committed;
}

/**
 * Commits groups of several events together, which costs little more than one of them: one promise
 * a group, in the same order, each as `commitGroup`. Their events must differ.
 *
 * A group of first attempts is decided upon what this process's last commit of the event left, where
 * that is known, and needs no load: its guard says all that the decision relied on, as that nobody
 * in it has a booking there. Where the guard is lost the event is read, once.
 *
 * Groups do not answer for each other: whatever was not written together is tried alone.
 *
 * @example
 * const [one, two] = commitGroups(database, [
 *   { eventId, commands, isFirstAttempt: true },
 *   { eventId: another, commands: others, isFirstAttempt: true },
 * ]);
 */
export function commitGroups<C extends Command>(
  database: Database,
  given: readonly GivenGroup<C>[],
): readonly Promise<CommittedGroup<OutcomeOf<C>>>[];
export function commitGroups(
  database: Database,
  given: readonly GivenGroup<Command>[],
): readonly Promise<CommittedGroup<Outcome>>[] {
  const groups = given.map(canonicalGroup);
  const isDistinct = new Set(groups.map(({ eventId }) => eventId)).size === groups.length;
  if (!isDistinct) throw new Error('An event was given twice to be committed together.');
  const startedAtMs = performance.now();
  const attempts = attemptTogether(database, groups);
  return groups.map(async (group) => {
    const first = await attempts.get(group);
    if (first === undefined) throw new Error('A group was not attempted.');
    const isOver = first.status === 'written';
    const end = isOver ? first : await attemptAlone(database, group, { ...first, startedAtMs });
    return told(database, group, end);
  });
}

function canonicalGroup({ eventId: id, commands, isFirstAttempt }: GivenGroup<Command>) {
  const eventId = canonicalId(id);
  const canonical = commands.map((command) => canonicalCommand(command, eventId));
  return { eventId, commands: canonical, isFirstAttempt };
}

/** What the callers hear, and what this process keeps in mind of the event. */
function told(
  { known }: Database,
  { eventId }: Group,
  end: Written | GivenUp,
): CommittedGroup<Outcome> {
  if (end.status === 'given_up' || end.doubts.length > 0) known.forget(eventId);
  if (end.status === 'given_up') return { outcomes: giveUp(end), standing: null };
  const { decided, recorded, doubts } = end;
  const outcomes = withDoubts(outcomesOf(decided, recorded), doubts);
  const after = knownAfter(decided, recorded);
  // After a doubt nobody can tell how the event stands: a slow server may yet write it.
  if (doubts.length > 0 || after === null) return { outcomes, standing: null };
  known.remember(after);
  const { event, nextLapseAt } = after;
  return { outcomes, standing: standingOf(event, { nextLapseAt, now: decided.loaded.now }) };
}
