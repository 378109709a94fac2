import {
  CommitContended,
  DatabaseUnavailable,
  faultKind,
  type FaultKind,
} from '@holdfast/data/faults';
import type { Pool, PoolClient } from 'pg';
import { type Decided, decideSales } from './decide-sales.ts';
import { type ItemGroup, load, type Reading } from './load.ts';
import { ask, movedMark, type Prepared } from './statements.ts';
import type { Outcome } from './words.ts';
import { write, type Writing } from './write.ts';

/** What a commit needs of its sales. */
export interface ItemWriter {
  readonly pool: Pool;
  readonly reading: Reading;
  readonly writing: Writing;
  readonly lock: Prepared;
  /** The unique indexes whose violation says that somebody else was faster. */
  readonly guardIndexes: ReadonlySet<string>;
}

/** The first attempt takes no lock. The others hold the lock of the item's row. */
const attemptCountMax = 4;

/** No attempt begins later than this after the first. */
const attemptsDurationMaxMs = 5_000;

/** The pause before attempt n + 1 is random, and at most n times this. */
const pauseStepMs = 25;

/** How long an attempt waits for the lock of the item's row. */
const lockTimeoutMs = 1_000;

const begin = { text: `begin; set local lock_timeout = ${lockTimeoutMs}` };
const commit = { text: 'commit' };
const rollback = { text: 'rollback' };

const guardLost = new Error('The guard was lost.');

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
 * Decides and writes the commands of one item, all or nothing: two round trips, and where others were
 * faster a bounded number of attempts under the row's lock. One outcome a command, in the same order.
 *
 * Throws DatabaseUnavailable and CommitContended, for everybody, and else what is one command's doing: a
 * further column that its table refuses.
 */
export async function commitItem(
  writer: ItemWriter,
  group: ItemGroup,
): Promise<readonly Outcome[]> {
  const startedAtMs = performance.now();
  const doubts: Decided[] = [];
  let lastError: unknown = guardLost;
  for (let attempt = 1; attempt <= attemptCountMax; attempt += 1) {
    if (performance.now() - startedAtMs > attemptsDurationMaxMs) break;
    try {
      const decided = await (attempt === 1 ? attemptUnlocked : attemptLocked)(writer, group);
      if (decided !== null) return withDoubts(decided.outcomes, doubts);
      lastError = guardLost;
    } catch (error) {
      if (error instanceof InDoubt) doubts.push(error.decided);
      else if (faultOf(writer, error) === 'bug' && doubts.length === 0) throw error;
      lastError = error;
    }
    if (attempt < attemptCountMax) await pauseAfter(attempt);
  }
  return giveUp(writer, doubts, lastError);
}

/** Two statements, each a transaction of its own. Null: the guard was lost. */
async function attemptUnlocked(writer: ItemWriter, group: ItemGroup): Promise<Decided | null> {
  const { pool, reading, writing } = writer;
  const decided = decideSales(group, await load(pool, reading, group));
  if (isNothingToWrite(decided)) return decided;
  const { itemId } = group;
  const isWritten = await orInDoubt(decided, () => write(pool, writing, { itemId, decided }));
  return isWritten ? decided : null;
}

/** One transaction, which holds the lock of the item's row from before it loads. */
async function attemptLocked(writer: ItemWriter, group: ItemGroup): Promise<Decided | null> {
  const client = await writer.pool.connect();
  let isDone = false;
  // A client that is checked out says `error` itself when its connection is lost; the query says it, too.
  const onError = () => {};
  client.on('error', onError);
  try {
    await client.query(ask(begin, []));
    const decided = await attemptInTransaction(writer, group, client);
    isDone = true;
    return decided;
  } finally {
    client.off('error', onError);
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

async function attemptInTransaction(
  { reading, writing, lock }: ItemWriter,
  group: ItemGroup,
  client: PoolClient,
): Promise<Decided | null> {
  const { itemId } = group;
  await client.query(ask(lock, [itemId]));
  const decided = decideSales(group, await load(client, reading, group));
  const isToWrite = !isNothingToWrite(decided);
  if (isToWrite && (await write(client, writing, { itemId, decided }))) {
    await orInDoubt(decided, () => client.query(ask(commit, [])));
    return decided;
  }
  await client.query(ask(rollback, []));
  return isToWrite ? null : decided;
}

function isNothingToWrite({ group }: Decided): boolean {
  return group.transitions.length === 0;
}

async function orInDoubt<T>(decided: Decided, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw faultKind(error) === 'broken' ? new InDoubt(decided, error) : error;
  }
}

/**
 * What an error means. That a key was taken or a counter would fall below 0 is a guard that has held, if
 * it is one of ours; the team's other constraints are the caller's affair.
 */
function faultOf({ guardIndexes, reading }: ItemWriter, error: unknown): FaultKind {
  const { code, constraint, table, message } = sqlErrorOf(error);
  const itemTable = reading.tables.item.table.split('.').at(-1);
  if (code === '23505') return guardIndexes.has(constraint) ? 'lost' : 'bug';
  if (code === '23514') return table === itemTable ? 'lost' : 'bug';
  if (code === '22P02' && message.includes(movedMark)) return 'lost';
  return code === '22003' ? 'bug' : faultKind(error);
}

function sqlErrorOf(error: unknown) {
  const fields: Readonly<Record<string, unknown>> = Object.fromEntries(
    error instanceof Error ? Object.entries(error) : [],
  );
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  const message = error instanceof Error ? error.message : '';
  return { code: text('code'), constraint: text('constraint'), table: text('table'), message };
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

function giveUp(
  writer: ItemWriter,
  doubts: readonly Decided[],
  error: unknown,
): readonly Outcome[] {
  const last = doubts.at(-1);
  if (last !== undefined) {
    const outcomes = last.outcomes.map(
      (outcome, place): Outcome =>
        last.doubtfulPlaces.has(place) ? { status: 'unknown' } : outcome,
    );
    return withDoubts(outcomes, doubts);
  }
  const kind = faultOf(writer, error);
  throw kind === 'broken' || kind === 'failing'
    ? new DatabaseUnavailable(error)
    : new CommitContended(error);
}

function pauseAfter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * pauseStepMs));
}
