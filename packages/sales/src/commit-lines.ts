import { attemptLocked, type SalesWriter } from './attempt.ts';
import { attemptUntilEnded } from './attempts.ts';
import { type Decided, refusal } from './decide-sales.ts';
import type { Submission } from './input.ts';
import type { Claim, LinesOutcome, Outcome, Refusal, SalesCommand } from './words.ts';

/** The lines of one item, and where each stood among all of them. */
interface ItemLines {
  readonly itemId: string;
  readonly commands: SalesCommand[];
  readonly places: number[];
}

/**
 * Decides and writes lines of several items: all of them in one transaction, or none. Every attempt holds
 * the locks of all items. Lines of one item are decided in their order, each upon what the ones before it
 * left.
 *
 * Throws what `attemptUntilEnded` does.
 */
export async function commitLines(
  writer: SalesWriter,
  lines: readonly Submission[],
): Promise<LinesOutcome> {
  const groups = groupsOf(lines);
  const isToBeWritten = (decided: readonly Decided[]) =>
    answerTo(groups, decided).status === 'confirmed';
  const { decided, doubts } = await attemptUntilEnded(
    writer.guards,
    async () => await attemptLocked(writer, { groups, isToBeWritten }),
  );
  if (decided === null) return { status: 'unknown' };
  const answer = answerTo(groups, decided);
  // An attempt that broke at its commit may yet be written, whatever this one was refused for.
  return answer.status === 'refused' && doubts.length > 0 ? { status: 'unknown' } : answer;
}

function groupsOf(lines: readonly Submission[]): readonly ItemLines[] {
  const groupById = new Map<string, ItemLines>();
  for (const [place, { itemId, command }] of lines.entries()) {
    const group = groupById.get(itemId) ?? { itemId, commands: [], places: [] };
    group.commands.push(command);
    group.places.push(place);
    groupById.set(itemId, group);
  }
  return [...groupById.values()];
}

/** Confirmed only where every line is; else the first line that is not says why. */
function answerTo(groups: readonly ItemLines[], decided: readonly Decided[]): LinesOutcome {
  const outcomes: Outcome[] = [];
  for (const [index, { places }] of groups.entries()) {
    for (const [at, outcome] of (decided[index]?.outcomes ?? []).entries()) {
      outcomes[places[at] ?? 0] = outcome;
    }
  }
  const claims: Claim[] = [];
  for (const [line, outcome] of outcomes.entries()) {
    const end = claimOrRefusal(outcome);
    if (end.status === 'refused') return { ...end, line };
    claims.push(end);
  }
  return { status: 'confirmed', claims };
}

/** A claim that has ended since cannot be sold again under its id, and without it the lines are not whole. */
function claimOrRefusal(outcome: Outcome): Claim | Refusal {
  switch (outcome.status) {
    case 'confirmed':
    case 'refused':
      return outcome;
    case 'cancelled':
      return refusal('booking_cancelled');
    case 'expired':
      return refusal('hold_lapsed');
    case 'held':
    case 'unknown':
    case 'swept':
      throw new Error(`A line was answered as ${outcome.status}.`);
  }
}
