import type { Command, GroupDecision } from '@holdfast/domain';
import { decideGroup, stateOf } from '@holdfast/domain/unchecked';
import { faultKind } from '../connection/faults.ts';
import { record, recordMany } from '../record/record.ts';
import {
  type Again,
  type ClaimedGroup,
  guardLost,
  notTried,
  type Writer,
  type Written,
} from './attempt.ts';
import {
  type Decided,
  type Group,
  isClaimsOnly,
  isNothingToWrite,
  isSale,
  type Recorded,
} from './group.ts';
import { load } from './load.ts';
import { isCutShort } from './sweep-first.ts';

type Attempted = Written | Again;

/**
 * The first attempt at groups of different events, together: one promise a group. None of them
 * rejects: what fails has to be attempted alone.
 */
export function attemptTogether(
  writer: Writer,
  groups: readonly ClaimedGroup[],
): ReadonlyMap<Group, Promise<Attempted>> {
  const decidedByGroup = new Map<Group, Decided>();
  for (const group of groups) {
    const decided = decideFromMemory(writer, group);
    if (decided !== null) decidedByGroup.set(group, decided);
  }
  const unknown = groups.filter((group) => !decidedByGroup.has(group));
  return new Map([
    ...eachOf([...decidedByGroup.keys()], recordTogether(writer, [...decidedByGroup.values()])),
    ...eachOf(unknown, loadAndRecord(writer, unknown)),
  ]);
}

/** Each group with its own of the results that come together. */
function eachOf(
  groups: readonly Group[],
  results: Promise<readonly Attempted[]>,
): [Group, Promise<Attempted>][] {
  return groups.map((group, index) => [
    group,
    results.then((attempted) => attempted[index] ?? again(1, notTried)),
  ]);
}

/**
 * What the last commit left is enough to say yes to first attempts: that nobody in the group has a
 * booking there is what its guard then says. It is not enough for a no, nor where everything is relied
 * on, as where a policy has a pause after holds: `null`, read the event.
 */
function decideFromMemory({ known }: Writer, group: ClaimedGroup): Decided | null {
  if (!group.isFirstAttempt) return null;
  const last = known.find(group.eventId);
  const now = known.clock.now();
  if (last === null || now === null) return null;
  const { event, nextLapseAt } = last;
  const state = stateOf(event, []);
  const decision = orNull(() => decideGroup(state, group.commands, now));
  if (decision === null || !mayRestOnMemory(decision)) return null;
  const decided: Decided = { loaded: { state, now, nextLapseAt, from: 'known' }, group: decision };
  // Only the statement for claims has the guard that such a decision needs.
  return isClaimsOnly(decided) && !isNothingToWrite(decided) ? decided : null;
}

/** Nobody is refused, and nothing is relied on but what the guard can say. */
function mayRestOnMemory({ decisions, reliance }: GroupDecision<Command>): boolean {
  return !reliance.everything && decisions.every(({ status }) => status === 'accepted');
}

/** A group that cannot be decided says so when it is decided alone, and spoils no other's attempt. */
function orNull<T>(decide: () => T): T | null {
  try {
    return decide();
  } catch {
    return null;
  }
}

/** Reads many events at once, and writes what was decided of them. A lone group is better off alone. */
async function loadAndRecord(
  writer: Writer,
  groups: readonly Group[],
): Promise<readonly Attempted[]> {
  if (groups.length < 2) return groups.map(() => again(1, notTried));
  const decided = await loadAndDecide(writer, groups).catch(asAgain);
  if ('status' in decided) return groups.map(() => decided);
  const sales = decided.filter(isWrittenTogether);
  const recorded = await recordTogether(writer, sales);
  return decided.map((each) => {
    if (isNothingToWrite(each)) return written(each, null);
    return recorded[sales.indexOf(each)] ?? again(1, notTried);
  });
}

async function loadAndDecide(
  { pool, known }: Writer,
  groups: readonly Group[],
): Promise<readonly Decided[]> {
  const loaded = await load(pool, groups);
  return loaded.map((each, index) => {
    known.clock.hear(each.now);
    const commands = groups[index]?.commands ?? [];
    return { loaded: each, group: decideGroup(each.state, commands, each.now) };
  });
}

/** What makes or changes an event, and what has to be swept first, is rare: it goes alone. */
function isWrittenTogether(decided: Decided): boolean {
  return !isNothingToWrite(decided) && !isCutShort(decided) && isSale(decided);
}

/** Sales of different events, in one statement. What that leaves out, or all of it, goes alone. */
async function recordTogether(
  writer: Writer,
  sales: readonly Decided[],
): Promise<readonly Attempted[]> {
  const [first, ...others] = sales;
  if (first === undefined) return [];
  if (others.length === 0) return [await recordAlone(writer, first)];
  try {
    const recorded = await recordMany(writer.pool, sales);
    return sales.map((decided, index) => attemptedOf(writer, decided, recorded[index] ?? null));
  } catch (error) {
    const isInDoubt = faultKind(error) === 'broken';
    return sales.map((decided) => (isInDoubt ? doubt(decided, error) : again(1, error)));
  }
}

async function recordAlone(writer: Writer, decided: Decided): Promise<Attempted> {
  try {
    const recorded = await record(writer.pool, decided);
    if (recorded === null) writer.known.distrust(idOf(decided));
    return attemptedOf(writer, decided, recorded);
  } catch (error) {
    if (faultKind(error) === 'broken') return doubt(decided, error);
    writer.known.distrust(idOf(decided));
    return again(1, error);
  }
}

function attemptedOf({ known }: Writer, decided: Decided, recorded: Recorded | null): Attempted {
  if (recorded === null) return again(1, guardLost);
  known.clock.hear(recorded.now);
  return written(decided, recorded);
}

function written(decided: Decided, recorded: Recorded | null): Written {
  return { status: 'written', decided, recorded, doubts: [] };
}

/** Nothing was written: the group is read and decided alone, for the first time. */
function again(attempt: number, error: unknown): Again {
  return { status: 'again', attempt, doubts: [], error };
}

function asAgain(error: unknown): Again {
  return again(1, error);
}

/** It may be written or not: the next attempt finds out, under the row lock. */
function doubt(decided: Decided, error: unknown): Again {
  return { status: 'again', attempt: 2, doubts: [decided], error };
}

function idOf({ loaded }: Decided): string {
  return loaded.state.event?.id ?? '';
}
