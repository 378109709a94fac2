import type { BookingCommand, Command, EventCommand } from '../commands/commands.ts';
import { decide } from './decide.ts';
import { spendId } from '../commands/spend-id.ts';
import type { BookingDecision, Decision, EventDecision } from '../commands/decision.ts';
import { applyTo, draftOf } from '../state/evolve.ts';
import type { Instant } from '../instant.ts';
import { noReliance, type Reliance, relyOn, relyOnMoved, relyOnRefusal } from './reliance.ts';
import type { State } from '../state/state.ts';
import type { Transition } from '../state/transition.ts';

/** The decision that a command of this type gets. */
export type DecisionOf<C extends Command> = C extends BookingCommand
  ? BookingDecision
  : C extends EventCommand
    ? EventDecision
    : never;

/** What was decided about a group of commands: one commit, if there is anything to write. */
export interface GroupDecision<C extends Command> {
  /** One for each command, in the same order. */
  readonly decisions: readonly DecisionOf<C>[];
  /** Everything to write, in order. Empty: no commit is needed, and the version stays. */
  readonly transitions: readonly Transition[];
  /** The places of refused commands whose ids it spends. */
  readonly spentPlaces: ReadonlySet<number>;
  /** What must still hold when it is written. */
  readonly reliance: Reliance;
  /**
   * The state after the group, if nobody else writes meanwhile. Its version is not raised yet. Do
   * not set counters to its numbers: `writeOf` has what to add.
   */
  readonly after: State;
}

/**
 * Decides many commands of one event in the order of their arrival, each upon what the ones before
 * it left. That is the same as to decide and commit them one by one, except that a group raises the
 * version by one only. Nothing is checked here: see decide-checked.ts.
 *
 * @example
 * decideGroup(state, [reserveOne, reserveTheLast, reserveOneMore], now).decisions
 * // [{ status: 'accepted', … }, { status: 'accepted', … }, { status: 'refused', reason: 'sold_out' }]
 */
export function decideGroup<C extends Command>(
  state: State,
  commands: readonly C[],
  now: Instant,
): GroupDecision<C>;
export function decideGroup(
  state: State,
  commands: readonly Command[],
  now: Instant,
): GroupDecision<Command> {
  const draft = draftOf(state);
  const decisions: Decision[] = [];
  const transitions: Transition[] = [];
  const spentPlaces = new Set<number>();
  let reliance = noReliance;
  for (const [place, command] of commands.entries()) {
    const decision = decide(draft, command, now);
    decisions.push(decision);
    if (decision.status === 'refused') {
      const { reason } = decision;
      const upon = { before: state, met: draft, now };
      if (transitions.length > 0) reliance = relyOnRefusal(reliance, { command, reason }, upon);
      const spent = spendId(draft, command, now);
      if (spent === null) continue;
      applyTo(draft, spent);
      transitions.push(spent);
      spentPlaces.add(place);
      continue;
    }
    if (decision.transitions.length === 0) continue;
    for (const transition of decision.transitions) {
      applyTo(draft, transition);
      transitions.push(transition);
    }
    const { transitions: accepted } = decision;
    reliance = relyOn(reliance, { command, transitions: accepted }, draft.event);
  }
  return {
    decisions,
    transitions,
    spentPlaces,
    reliance: relyOnMoved(reliance, state, transitions),
    after: draft,
  };
}
