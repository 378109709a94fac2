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
import { clockOf, observeTime } from './observe-time.ts';
import { needsSweepFirst } from './sweep-first.ts';

type Attempted = Written | Again;

/**
 * The first attempt, at all groups together: a promise for each group. None rejects. What fails is
 * attempted alone afterwards.
 */
export function attemptTogether(
  writer: Writer,
  groups: readonly ClaimedGroup[],
): ReadonlyMap<Group, Promise<Attempted>> {
  if (writer.layout.isDistributed) {
    return new Map(groups.map((group) => [group, attemptFromMemory(writer, group)]));
  }
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

/** A group by itself: its event may lie on another server than those of the others. */
async function attemptFromMemory(writer: Writer, group: ClaimedGroup): Promise<Attempted> {
  const decided = decideFromMemory(writer, group);
  return decided === null ? again(1, notTried) : await recordAlone(writer, decided);
}

/** Each group with its own part of the results. */
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
 * Decides a group upon what the last commit left of its event. The guard of its write then says
 * that nobody in the group has a booking there. `null`: the event must be read, because
 *
 * - it is not known, or some command may have been sent before;
 * - a command would be refused: a refusal never rests on memory;
 * - the decision relies on everything, as where the policy has a pause after holds.
 */
function decideFromMemory(writer: Writer, group: ClaimedGroup): Decided | null {
  if (!group.isFirstAttempt) return null;
  const last = writer.known.find(group.eventId);
  const now = clockOf(writer, group.eventId).now();
  if (last === null || now === null) return null;
  const { event, nextLapseAt } = last;
  const state = stateOf(event, []);
  const decision = orNull(() => decideGroup(state, group.commands, now));
  if (decision === null || !mayRestOnMemory(decision)) return null;
  const decided: Decided = { loaded: { state, now, nextLapseAt, from: 'known' }, group: decision };
  // Only the statement for claims has the guard that such a decision needs.
  return isClaimsOnly(decided) && !isNothingToWrite(decided) ? decided : null;
}

/** Is nobody refused, and nothing relied on but what the guard can say? */
function mayRestOnMemory({ decisions, reliance }: GroupDecision<Command>): boolean {
  return !reliance.everything && decisions.every(({ status }) => status === 'accepted');
}

/**
 * An error of one group must not spoil the attempt of the others. It is thrown when that group is
 * decided alone.
 */
function orNull<T>(decide: () => T): T | null {
  try {
    return decide();
  } catch {
    return null;
  }
}

/**
 * Reads the events in one statement, and writes what was decided in another. A single group gains
 * nothing by that.
 */
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
    known.clock.observe(each.now);
    const commands = groups[index]?.commands ?? [];
    return { loaded: each, group: decideGroup(each.state, commands, each.now) };
  });
}

/**
 * Is it a sale that need not sweep first? Organizers' commands and sweeps are rare, and go alone.
 */
function isWrittenTogether(decided: Decided): boolean {
  return !isNothingToWrite(decided) && !needsSweepFirst(decided) && isSale(decided);
}

/**
 * Writes sales of different events in one statement. What it leaves out goes alone; if it fails,
 * all go alone.
 */
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
    const recorded = await record(writer.pool, decided, writer.layout);
    if (recorded === null) writer.known.distrust(idOf(decided));
    return attemptedOf(writer, decided, recorded);
  } catch (error) {
    if (faultKind(error) === 'broken') return doubt(decided, error);
    writer.known.distrust(idOf(decided));
    return again(1, error);
  }
}

function attemptedOf(writer: Writer, decided: Decided, recorded: Recorded | null): Attempted {
  if (recorded === null) return again(1, guardLost);
  observeTime(writer, { decided, recorded });
  return written(decided, recorded);
}

function written(decided: Decided, recorded: Recorded | null): Written {
  return { status: 'written', decided, recorded, doubts: [] };
}

/** Nothing was written. The group is to be decided alone, for the first time. */
function again(attempt: number, error: unknown): Again {
  return { status: 'again', attempt, doubts: [], error };
}

function asAgain(error: unknown): Again {
  return again(1, error);
}

/** Nobody knows whether it was written. The next attempt finds out, under the row lock. */
function doubt(decided: Decided, error: unknown): Again {
  return { status: 'again', attempt: 2, doubts: [decided], error };
}

function idOf({ loaded }: Decided): string {
  return loaded.state.event?.id ?? '';
}
