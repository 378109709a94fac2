import { type Command, type Standing, standingOf } from '@holdfast/domain';
import type { GivenUp, Written } from './attempt.ts';
import { attemptAlone, giveUp } from './attempt-alone.ts';
import { attemptTogether } from './attempt-together.ts';
import { canonicalCommand, canonicalId } from './canonical.ts';
import type { Database } from '../connection/database.ts';
import type { Group } from './group.ts';
import { knownAfter } from './known-after.ts';
import { type KnownEvents, nothingKnown } from './known-events.ts';
import { type Outcome, type OutcomeOf, outcomesOf, withDoubts } from './outcome.ts';

/** Commands of one event, to be committed together. */
export interface GivenGroup<C extends Command> {
  readonly eventId: string;
  readonly commands: readonly C[];
  /** Every command is a claim under an id that nobody has sent before. */
  readonly isFirstAttempt: boolean;
}

/** What became of a group of commands. */
export interface CommittedGroup<O extends Outcome> {
  /** One for each command, in the same order. */
  readonly outcomes: O[];
  /** How the event stands then. `null`: there is no such event, or nobody can tell (`unknown`). */
  readonly standing: Standing | null;
}

/**
 * Decides commands of one event and writes what was decided. Only this and `commitOrders` write events
 * and bookings.
 *
 * One round trip loads. The rules decide. A second round trip writes, if everything that the
 * decision relied on still holds (the guard). If it no longer holds, it loads and decides again. From
 * the second time on it does so under the row lock, so that nobody waits for ever. Only what is committed is
 * `accepted`.
 *
 * If the connection breaks at the COMMIT, nobody knows whether it was written. Commands are
 * idempotent, so they are decided again on a fresh connection: what is there is accepted. What is
 * then refused, or cannot be asked, is `unknown`. The same commands given again settle it.
 *
 * Throws, with nothing written, DatabaseUnavailable or CommitContended. Both say when to retry.
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
 * As `commit`. It also tells how the event stands then, for those who may refuse later commands
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
  const group = { eventId, commands, isFirstAttempt: false };
  const [committed] = commitGroups(database, [group], nothingKnown);
  if (committed === undefined) throw new Error('One group has one end.');
  return await committed;
}

/**
 * Commits groups of several events together, which costs little more than one of them. Gives a
 * promise for each group, in the same order, each as `commitGroup`. Their events must differ.
 *
 * `known` is what this process knows of events. It is read here, and brought up to date. A group of
 * first attempts whose event is known needs no load: it is decided upon what is known, and the
 * guard of the write repeats all that the decision relied on, such as that nobody in the group has
 * a booking there. If the guard is lost, the event is read.
 *
 * If one group fails, the others go on: each group that this statement did not write is tried again
 * by itself. Where tables are distributed, each goes by itself from the start.
 *
 * @example
 * const known = createKnownEvents(); // once a process
 * const groups = [
 *   { eventId, commands, isFirstAttempt: true },
 *   { eventId: another, commands: others, isFirstAttempt: true },
 * ];
 * const [one, two] = commitGroups(database, groups, known);
 */
export function commitGroups<C extends Command>(
  database: Database,
  given: readonly GivenGroup<C>[],
  known: KnownEvents,
): readonly Promise<CommittedGroup<OutcomeOf<C>>>[];
export function commitGroups(
  database: Database,
  given: readonly GivenGroup<Command>[],
  known: KnownEvents,
): readonly Promise<CommittedGroup<Outcome>>[] {
  const groups = given.map(canonicalGroup);
  const isDistinct = new Set(groups.map(({ eventId }) => eventId)).size === groups.length;
  if (!isDistinct) throw new Error('An event was given twice to be committed together.');
  const startedAtMs = performance.now();
  const writer = { pool: database.commitPool, layout: database.layout, known };
  const attempts = attemptTogether(writer, groups);
  return groups.map(async (group) => {
    const first = await attempts.get(group);
    if (first === undefined) throw new Error('A group was not attempted.');
    const isOver = first.status === 'written';
    const end = isOver ? first : await attemptAlone(writer, group, { ...first, startedAtMs });
    return committedAs(group, end, known);
  });
}

function canonicalGroup({ eventId: id, commands, isFirstAttempt }: GivenGroup<Command>) {
  const eventId = canonicalId(id);
  const canonical = commands.map((command) => canonicalCommand(command, eventId));
  return { eventId, commands: canonical, isFirstAttempt };
}

/** What the callers are told. What is known of the event is brought up to date. */
function committedAs(
  { eventId }: Group,
  end: Written | GivenUp,
  known: KnownEvents,
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
