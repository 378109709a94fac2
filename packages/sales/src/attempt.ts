import { faultKind } from '@holdfast/data/faults';
import { textArrayOf } from '@holdfast/data/array-literal';
import type { Pool, PoolClient } from 'pg';
import { type Decided, decideSales } from './decide-sales.ts';
import type { Guards } from './faults.ts';
import { type ItemGroup, load, type Reading } from './load.ts';
import type { Statement } from './planned-once.ts';
import { ask } from './statements.ts';
import { write, type Writing } from './write.ts';

/** What a commit needs of its sales. */
export interface SalesWriter {
  readonly pool: Pool;
  readonly reading: Reading;
  readonly writing: Writing;
  readonly lock: Statement;
  readonly guards: Guards;
}

/** Groups of different items that are written in one transaction. */
export interface Work {
  readonly groups: readonly ItemGroup[];
  /** May it be written, or does what was decided of one group keep all of them from it? */
  readonly isToBeWritten: (decided: readonly Decided[]) => boolean;
}

/** How long an attempt waits for the lock of an item's row. */
const lockTimeoutMs = 1_000;

const begin: Statement = { text: `begin; set local lock_timeout = ${lockTimeoutMs}` };

/** The connection broke after the write was sent and before its answer came. */
export class InDoubt extends Error {
  override readonly name = 'InDoubt';
  readonly decided: readonly Decided[];
  constructor(decided: readonly Decided[], cause: unknown) {
    super('The connection broke at the commit.', { cause });
    this.decided = decided;
  }
}

/** One group, in two statements, each a transaction of its own. Null: the guard was lost. */
export async function attemptUnlocked(
  writer: SalesWriter,
  group: ItemGroup,
): Promise<readonly Decided[] | null> {
  const { pool, reading, writing } = writer;
  const decided = decideSales(group, await load(pool, reading, group));
  if (isNothingToWrite(decided)) return [decided];
  const isWritten = await orInDoubt([decided], () => write(pool, writing, decided));
  return isWritten ? [decided] : null;
}

/**
 * One transaction, which holds the locks of all its items' rows from before it loads. They are taken in
 * the order of the items' ids, by one statement, and no other row is locked before: so of transactions
 * that want some of the same items, whichever, none ever waits for one that waits for it.
 *
 * One Decided a group, in the same order. Null: a guard was lost.
 */
export async function attemptLocked(
  writer: SalesWriter,
  work: Work,
): Promise<readonly Decided[] | null> {
  const client = await writer.pool.connect();
  let isDone = false;
  // A client that is checked out says `error` itself when its connection is lost; the query says it, too.
  const onError = () => {};
  client.on('error', onError);
  try {
    await client.query(ask(begin, []));
    const decided = await attemptInTransaction(writer, work, client);
    isDone = true;
    return decided;
  } finally {
    client.off('error', onError);
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

async function attemptInTransaction(
  { reading, writing, lock }: SalesWriter,
  { groups, isToBeWritten }: Work,
  client: PoolClient,
): Promise<readonly Decided[] | null> {
  await client.query(ask(lock, [textArrayOf(groups.map(({ itemId }) => itemId))]));
  const decided: Decided[] = [];
  for (const group of groups) {
    decided.push(decideSales(group, await load(client, reading, group)));
  }
  const changes = isToBeWritten(decided) ? decided.filter((each) => !isNothingToWrite(each)) : [];
  const isGuardLost = !(await writeAll(client, writing, changes));
  if (isGuardLost || changes.length === 0) {
    await client.query(ask({ text: 'rollback' }, []));
    return isGuardLost ? null : decided;
  }
  await orInDoubt(decided, () => client.query(ask({ text: 'commit' }, [])));
  return decided;
}

/** `false`: a guard was lost. */
async function writeAll(
  client: PoolClient,
  writing: Writing,
  changes: readonly Decided[],
): Promise<boolean> {
  for (const each of changes) {
    if (!(await write(client, writing, each))) return false;
  }
  return true;
}

function isNothingToWrite({ group }: Decided): boolean {
  return group.transitions.length === 0;
}

async function orInDoubt<T>(decided: readonly Decided[], send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw faultKind(error) === 'broken' ? new InDoubt(decided, error) : error;
  }
}
