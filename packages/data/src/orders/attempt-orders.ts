import {
  askedLines,
  type BookingCommand,
  initialState,
  lapsedHoldCountMax,
  lapsedHolds,
  type Order,
  type OrderCommand,
  type OrdersDecision,
} from '@holdfast/domain';
import { decideGroup, decideOrders } from '@holdfast/domain/unchecked';
import type { Pool, PoolClient } from 'pg';
import {
  type Decided,
  isNothingToWrite,
  isSale,
  type Loaded,
  type Recorded,
} from '../commit/group.ts';
import { load } from '../commit/load.ts';
import { sweepInstead } from '../commit/sweep-first.ts';
import { faultKind } from '../connection/faults.ts';
import type { Layout } from '../connection/layout.ts';
import { record, recordMany } from '../record/record.ts';
import { insertOrders, loadOrders, lockEvents, lockEventsOneByOne } from './order-statements.ts';

/** What was decided about one event, and what its row says since then (`null`: it was not written). */
export interface OrderedEvent {
  readonly eventId: string;
  readonly decided: Decided;
  readonly recorded: Recorded | null;
}

/** What an attempt decided about some orders and wrote. */
export interface OrdersWritten {
  readonly decision: OrdersDecision;
  readonly events: readonly OrderedEvent[];
}

/** What commits of orders need of their process. */
export interface OrdersWriter {
  readonly pool: Pool;
  readonly layout: Layout;
}

interface Transaction {
  readonly client: PoolClient;
  readonly layout: Layout;
}

/** The connection broke after COMMIT was sent and before its answer came. */
export class OrdersInDoubt extends Error {
  override readonly name = 'OrdersInDoubt';
  readonly decision: OrdersDecision;
  constructor(decision: OrdersDecision, cause: unknown) {
    super('The connection broke at the commit.', { cause });
    this.decision = decision;
  }
}

/**
 * One transaction, which holds the locks of all events from before it reads them. `null`: a guard was lost
 * all the same, or lapsed holds had to be swept first.
 *
 * Throws OrdersInDoubt, and what PostgreSQL says.
 */
export async function attemptOrders(
  { pool, layout }: OrdersWriter,
  commands: readonly OrderCommand[],
): Promise<OrdersWritten | null> {
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query('begin');
    const written = await attemptInTransaction({ client, layout }, commands);
    isDone = true;
    return written;
  } finally {
    // A connection that failed half-way is dropped, and the server rolls its transaction back.
    client.release(!isDone);
  }
}

async function attemptInTransaction(
  transaction: Transaction,
  commands: readonly OrderCommand[],
): Promise<OrdersWritten | null> {
  const { client, layout } = transaction;
  const decided = await decideUnderLocks(transaction, commands);
  const sweeps = neededSweeps(decided);
  if (sweeps.length > 0) {
    for (const sweep of sweeps) await record(client, sweep, layout);
    await client.query('commit');
    return null;
  }
  const changes = decided.events.map((each) => each.decided).filter(isChanged);
  const recorded = await recordAll(transaction, changes);
  if (recorded === null || changes.length === 0) {
    await client.query('rollback');
    return recorded === null ? null : writtenOf(decided, new Map());
  }
  const at = changes[0]?.loaded.now ?? 0;
  await insertOrders(client, decided.decision.newOrders, at);
  await orInDoubt(decided.decision, () => client.query('commit'));
  return writtenOf(decided, recorded);
}

interface DecidedOrders {
  readonly decision: OrdersDecision;
  readonly events: readonly Omit<OrderedEvent, 'recorded'>[];
}

/**
 * Orders never change, so those that are to be confirmed or cancelled are read before the locks, which
 * tells what to lock. Those that are placed are looked for behind the locks: the same order may have been
 * written while this transaction waited for them.
 */
async function decideUnderLocks(
  { client, layout }: Transaction,
  commands: readonly OrderCommand[],
): Promise<DecidedOrders> {
  const [placed, followed] = [idsOf(commands, true), idsOf(commands, false)];
  const before = await loadOrders(client, followed);
  const groups = groupsAsked(commands, before);
  const eventIds = groups.map(({ eventId }) => eventId);
  await (layout.isDistributed ? lockEventsOneByOne : lockEvents)(client, eventIds);
  const orders = new Map([...before, ...(await loadOrders(client, placed))]);
  const loaded = await (layout.isDistributed ? loadOneByOne : loadTogether)(client, groups);
  // One time for all that is decided here. Where events are read one by one, the latest: nothing is decided before it was read.
  const now = Math.max(0, ...loaded.map((each) => each.now));
  const states = groups.map(
    ({ eventId }, index) => [eventId, loaded[index]?.state ?? initialState] as const,
  );
  const decision = decideOrders({ orders, events: new Map(states) }, commands, now);
  const events = loaded.map((each, index) => {
    const eventId = groups[index]?.eventId ?? '';
    const group = decision.groups.get(eventId) ?? decideGroup(each.state, [], now);
    return { eventId, decided: { loaded: { ...each, now }, group } };
  });
  return { decision, events };
}

async function loadTogether(
  client: PoolClient,
  groups: readonly AskedGroup[],
): Promise<readonly Loaded[]> {
  return groups.length === 0 ? [] : await load(client, groups);
}

/** Where tables are distributed: each event is read on the server that has it. */
async function loadOneByOne(
  client: PoolClient,
  groups: readonly AskedGroup[],
): Promise<readonly Loaded[]> {
  const loaded: Loaded[] = [];
  for (const group of groups) loaded.push(...(await load(client, [group])));
  return loaded;
}

function idsOf(commands: readonly OrderCommand[], isPlaced: boolean): readonly string[] {
  const found = commands.filter(({ type }) => (type === 'placeOrder') === isPlaced);
  return [...new Set(found.map(({ orderId }) => orderId))];
}

interface AskedGroup {
  readonly eventId: string;
  readonly commands: BookingCommand[];
}

/** What all these orders ask of each event. */
function groupsAsked(
  commands: readonly OrderCommand[],
  orders: ReadonlyMap<string, Order>,
): readonly AskedGroup[] {
  const groupById = new Map<string, AskedGroup>();
  for (const command of commands) {
    for (const asked of askedLines(command, orders.get(command.orderId) ?? null)) {
      const group = groupById.get(asked.eventId) ?? { eventId: asked.eventId, commands: [] };
      group.commands.push(asked.command);
      groupById.set(asked.eventId, group);
    }
  }
  return [...groupById.values()];
}

/** As `needsSweepFirst`: an order may be refused for want of seats that lapsed holds still have. */
function neededSweeps({ decision, events }: DecidedOrders): readonly Decided[] {
  const wanting = new Set(
    decision.decisions.map((each) =>
      each.status === 'refused' && each.reason === 'sold_out' ? each.eventId : null,
    ),
  );
  return events
    .filter(({ eventId }) => wanting.has(eventId))
    .map(({ decided }) => decided)
    .filter(({ loaded }) => lapsedHolds(loaded.state, loaded.now).length >= lapsedHoldCountMax)
    .map(sweepInstead);
}

function isChanged(decided: Decided): boolean {
  return !isNothingToWrite(decided);
}

/** What each event's row says then. `null`: a guard was lost, and nothing may stay written. */
async function recordAll(
  { client, layout }: Transaction,
  changes: readonly Decided[],
): Promise<ReadonlyMap<Decided, Recorded> | null> {
  const sales = changes.filter(isSale);
  const together = sales.length > 1 && !layout.isDistributed ? sales : [];
  // Where a policy has a pause after holds, everything is relied on, and each event goes alone.
  const alone = changes.filter((each) => !together.includes(each));
  const recorded = new Map<Decided, Recorded>();
  const rows = together.length === 0 ? [] : await recordMany(client, together);
  for (const [index, each] of together.entries()) {
    const row = rows[index] ?? null;
    if (row === null) return null;
    recorded.set(each, row);
  }
  for (const each of alone) {
    const row = await record(client, each, layout);
    if (row === null) return null;
    recorded.set(each, row);
  }
  return recorded;
}

function writtenOf(
  { decision, events }: DecidedOrders,
  recorded: ReadonlyMap<Decided, Recorded>,
): OrdersWritten {
  return {
    decision,
    events: events.map((each) => ({ ...each, recorded: recorded.get(each.decided) ?? null })),
  };
}

async function orInDoubt<T>(decision: OrdersDecision, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw faultKind(error) === 'broken' ? new OrdersInDoubt(decision, error) : error;
  }
}
