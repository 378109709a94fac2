import { decideGroup } from '@holdfast/domain/unchecked';
import type { Pool, PoolClient } from 'pg';
import { CommitContended, DatabaseUnavailable, faultKind } from '../connection/faults.ts';
import type { Layout } from '../connection/layout.ts';
import { record } from '../record/record.ts';
import { type Again, type GivenUp, guardLost, type Writer, type Written } from './attempt.ts';
import { type Decided, type Group, isNothingToWrite } from './group.ts';
import { load } from './load.ts';
import { lockEvent } from './lock-event.ts';
import { observeTime } from './observe-time.ts';
import { type Outcome, outcomesInDoubt, withDoubts } from './outcome.ts';
import { needsSweepFirst, sweepInstead } from './sweep-first.ts';

/**
 * Attempts at a group alone. The first takes no lock. The others hold the lock of the event's row,
 * so that nothing can change in between: they fail only where the database is broken or crowded.
 */
export const attemptCountMax = 4;

/**
 * No attempt begins later than this after the first. If the database says nothing, each takes its
 * whole timeout (3 s), and callers should hear of it before their own deadline (8 s).
 */
export const attemptsDurationMaxMs = 5_000;

/** The pause before attempt n + 1 is random, and at most n times this. */
const pauseStepMs = 25;

/** The connection broke after the write was sent and before its answer came. */
class InDoubt extends Error {
  override readonly name = 'InDoubt';
  readonly decided: Decided;
  constructor(decided: Decided, cause: unknown) {
    super('The connection broke at the commit.', { cause });
    this.decided = decided;
  }
}

/** Runs a write. If its connection breaks, `decided` is in doubt. */
async function orInDoubt<T>(decided: Decided, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw faultKind(error) === 'broken' ? new InDoubt(decided, error) : error;
  }
}

/**
 * Decides and writes one group, in a bounded number of attempts, from `next` on.
 *
 * Throws an error that is a bug of this group alone, if nothing is in doubt.
 */
export async function attemptAlone(
  writer: Writer,
  group: Group,
  next: Again & { readonly startedAtMs: number },
): Promise<Written | GivenUp> {
  const doubts = [...next.doubts];
  let { error: lastError } = next;
  const isTimeLeft = () => performance.now() - next.startedAtMs <= attemptsDurationMaxMs;
  for (let { attempt } = next; attempt <= attemptCountMax && isTimeLeft(); attempt += 1) {
    try {
      const written = await attemptOnce(writer, group, attempt);
      if (written !== null) return { status: 'written', ...written, doubts };
      lastError = guardLost;
    } catch (error) {
      if (error instanceof InDoubt) doubts.push(error.decided);
      else if (faultKind(error) === 'bug' && doubts.length === 0) throw error;
      lastError = error;
      // No pause where no attempt follows.
      if (attempt < attemptCountMax && isTimeLeft()) await pauseAfter(attempt);
    }
  }
  return { status: 'given_up', doubts, error: lastError };
}

/**
 * The outcomes of a group that was given up. What was in doubt is `unknown`. Else throws
 * DatabaseUnavailable or CommitContended, by the last error.
 */
export function giveUp({ doubts, error }: GivenUp): Outcome[] {
  const lastDoubt = doubts.at(-1);
  if (lastDoubt !== undefined) return withDoubts(outcomesInDoubt(lastDoubt), doubts);
  throw ['broken', 'failing'].includes(faultKind(error))
    ? new DatabaseUnavailable(error)
    : new CommitContended(error);
}

type Attempt = Pick<Written, 'decided' | 'recorded'>;

async function attemptOnce(writer: Writer, group: Group, attempt: number): Promise<Attempt | null> {
  const written = await (attempt === 1 ? attemptUnlocked : attemptLocked)(writer, group);
  if (written !== null) observeTime(writer, written);
  return written;
}

/** Two statements, each a transaction of its own. Null: the guard was lost. */
async function attemptUnlocked({ pool, layout }: Writer, group: Group): Promise<Attempt | null> {
  const decided = await loadAndDecide(pool, group);
  if (needsSweepFirst(decided)) {
    await record(pool, sweepInstead(decided), layout);
    return null;
  }
  if (isNothingToWrite(decided)) return { decided, recorded: null };
  const recorded = await orInDoubt(decided, () => record(pool, decided, layout));
  return recorded && { decided, recorded };
}

/**
 * One transaction, which holds the lock of the event's row from before it loads. Null: the guard
 * was lost all the same.
 */
async function attemptLocked({ pool, layout }: Writer, group: Group): Promise<Attempt | null> {
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query('begin');
    await lockEvent(client, group.eventId);
    const attempt = await attemptInTransaction({ client, layout }, group);
    isDone = true;
    return attempt;
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

interface Transaction {
  readonly client: PoolClient;
  readonly layout: Layout;
}

async function attemptInTransaction(
  { client, layout }: Transaction,
  group: Group,
): Promise<Attempt | null> {
  const decided = await loadAndDecide(client, group);
  if (needsSweepFirst(decided)) {
    await record(client, sweepInstead(decided), layout);
    await client.query('commit');
    return null;
  }
  const recorded = isNothingToWrite(decided) ? null : await record(client, decided, layout);
  if (recorded === null) {
    await client.query('rollback');
    return isNothingToWrite(decided) ? { decided, recorded } : null;
  }
  await orInDoubt(decided, () => client.query('commit'));
  return { decided, recorded };
}

async function loadAndDecide(connection: Pool | PoolClient, group: Group): Promise<Decided> {
  const [loaded] = await load(connection, [group]);
  if (loaded === undefined) throw new Error('One group is loaded as one.');
  return { loaded, group: decideGroup(loaded.state, group.commands, loaded.now) };
}

/** Resolves after the pause that follows this attempt, from 1. */
export function pauseAfter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * pauseStepMs));
}
