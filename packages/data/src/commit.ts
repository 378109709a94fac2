import { type Command, decideGroup, type Standing } from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import { canonicalCommand, canonicalId } from './canonical.ts';
import type { Database } from './database.ts';
import { CommitContended, DatabaseUnavailable, faultKind } from './faults.ts';
import { load } from './load.ts';
import {
  type Decided,
  doubtfulIndexes,
  type Outcome,
  type OutcomeOf,
  outcomesInDoubt,
  outcomesOf,
} from './outcome.ts';
import { type Recorded, record } from './record.ts';
import { standingAfter } from './standings.ts';
import { isCutShort, sweepInstead } from './sweep-first.ts';

/**
 * Attempts in all: the first without a lock, the others under the event's row lock, where nothing
 * can change in between. Those are lost only to a broken or crowded database.
 */
export const attemptCountMax = 4;

/**
 * No attempt begins later than this after the first. Against a database that is silent, each takes
 * its whole timeout (3 s), and callers should hear that before their own deadline (8 s).
 */
const attemptsDurationMaxMs = 5_000;

/** A pause before attempt n + 1 is random, and at most n times this, in milliseconds. */
const pauseStepMs = 25;

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

/** What became of a group of commands. */
export interface CommittedGroup<O extends Outcome> {
  /** One a command, in the same order. */
  readonly outcomes: O[];
  /** How the event stands then. `null`: there is no such event, or nobody can tell (`unknown`). */
  readonly standing: Standing | null;
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
): Promise<CommittedGroup<OutcomeOf<C>>>;
export async function commitGroup(
  database: Database,
  eventId: string,
  commands: readonly Command[],
): Promise<CommittedGroup<Outcome>> {
  const event = canonicalId(eventId);
  const group = commands.map((command) => canonicalCommand(command, event));
  const doubts: Decided[] = [];
  let lastError: unknown = new Error('The guard was lost.');
  const startedAt = performance.now();
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    if (performance.now() - startedAt > attemptsDurationMaxMs) break;
    try {
      const attemptOnce = attempt === 1 ? attemptUnlocked : attemptLocked;
      const written = await attemptOnce(database.pool, event, group);
      if (written !== null) return told(written, doubts);
    } catch (error) {
      if (error instanceof InDoubt) doubts.push(error.decided);
      else if (faultKind(error) === 'bug' && doubts.length === 0) throw error;
      lastError = error;
      await pause(attempt);
    }
  }
  return { outcomes: giveUp(doubts, lastError), standing: null };
}

/** What was decided, and what the event's row says since it was written; `null`: nothing had to be. */
interface Written {
  readonly decided: Decided;
  readonly recorded: Recorded | null;
}

/** After a doubt nobody can tell how the event stands: a slow server may yet write it. */
function told({ decided, recorded }: Written, doubts: readonly Decided[]): CommittedGroup<Outcome> {
  const outcomes = withDoubts(outcomesOf(decided, recorded), doubts);
  return { outcomes, standing: doubts.length > 0 ? null : standingAfter(decided, recorded) };
}

/** All attempts are used up: what was in doubt stays so, and else the last error says why. */
function giveUp(doubts: readonly Decided[], lastError: unknown): Outcome[] {
  const lastDoubt = doubts.at(-1);
  if (lastDoubt !== undefined) return withDoubts(outcomesInDoubt(lastDoubt), doubts);
  throw ['broken', 'failing'].includes(faultKind(lastError))
    ? new DatabaseUnavailable(lastError)
    : new CommitContended(lastError);
}

/** The connection broke after the write was sent and before its answer came. */
class InDoubt extends Error {
  override readonly name = 'InDoubt';
  readonly decided: Decided;
  constructor(decided: Decided, cause: unknown) {
    super('The connection broke at the commit.', { cause });
    this.decided = decided;
  }
}

/**
 * A command that may have taken effect in an attempt that stayed in doubt must not be answered with
 * a refusal: a server that was only slow may yet commit it.
 */
function withDoubts(outcomes: readonly Outcome[], doubts: readonly Decided[]): Outcome[] {
  const doubtful = new Set(doubts.flatMap(doubtfulIndexes));
  return outcomes.map((outcome, index) =>
    outcome.status === 'refused' && doubtful.has(index) ? { status: 'unknown' } : outcome,
  );
}

/** Two statements, each a transaction of its own. Null: the guard was lost. */
async function attemptUnlocked(
  pool: Pool,
  eventId: string,
  commands: readonly Command[],
): Promise<Written | null> {
  const decided = await loadAndDecide(pool, eventId, commands);
  if (isCutShort(decided)) {
    await recordDecided(pool, sweepInstead(decided));
    return null;
  }
  if (isNothingToWrite(decided)) return { decided, recorded: null };
  const recorded = await orInDoubt(decided, () => recordDecided(pool, decided));
  return recorded && { decided, recorded };
}

/** One transaction that holds the event's row lock from before it loads. Null: still lost. */
async function attemptLocked(
  pool: Pool,
  eventId: string,
  commands: readonly Command[],
): Promise<Written | null> {
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query('begin');
    await client.query('select from events where id = $1 for update', [eventId]);
    const written = await attemptInTransaction(client, eventId, commands);
    isDone = true;
    return written;
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

async function attemptInTransaction(
  client: PoolClient,
  eventId: string,
  commands: readonly Command[],
): Promise<Written | null> {
  const decided = await loadAndDecide(client, eventId, commands);
  if (isCutShort(decided)) {
    await recordDecided(client, sweepInstead(decided));
    await client.query('commit');
    return null;
  }
  const recorded = isNothingToWrite(decided) ? null : await recordDecided(client, decided);
  if (recorded === null) {
    await client.query('rollback');
    return isNothingToWrite(decided) ? { decided, recorded } : null;
  }
  await orInDoubt(decided, () => client.query('commit'));
  return { decided, recorded };
}

async function loadAndDecide(
  connection: Pool | PoolClient,
  eventId: string,
  commands: readonly Command[],
): Promise<Decided> {
  const loaded = await load(connection, eventId, commands);
  return { loaded, group: decideGroup(loaded.state, commands, loaded.now) };
}

async function recordDecided(
  connection: Pool | PoolClient,
  { loaded, group }: Decided,
): Promise<Recorded | null> {
  return record(connection, loaded, group);
}

function isNothingToWrite({ group }: Decided): boolean {
  return group.transitions.length === 0;
}

async function orInDoubt<T>(decided: Decided, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw faultKind(error) === 'broken' ? new InDoubt(decided, error) : error;
  }
}

function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * pauseStepMs));
}
