import {
  type Booking,
  type Order,
  type OrderCommand,
  type OrderDecision,
  type OrderRefused,
  type OrdersDecision,
  type Standing,
  standingOf,
} from '@holdfast/domain';
import { canonicalId } from '../commit/canonical.ts';
import { knownAfter } from '../commit/known-after.ts';
import type { KnownEvents } from '../commit/known-events.ts';
import type { Unknown } from '../commit/outcome.ts';
import type { Database } from '../connection/database.ts';
import { attemptOrdersUntilEnded, type OrdersEnd } from './order-attempts.ts';

/** A command about an order that is committed, or was so already. */
export interface AcceptedOrder {
  readonly status: 'accepted';
  readonly order: Order;
  /** One for each line of the order, in the same order. */
  readonly bookings: readonly Booking[];
}

export type OrderOutcome = AcceptedOrder | OrderRefused | Unknown;

/** What became of some orders. */
export interface CommittedOrders {
  /** One for each command, in the same order. */
  readonly outcomes: readonly OrderOutcome[];
  /** How each event stands then that was asked. `null`: nobody can tell. */
  readonly standings: ReadonlyMap<string, Standing | null>;
}

/**
 * Decides orders over several events and writes what was decided, all in one transaction: each order
 * wholly or not at all. It holds the locks of all the events' rows, taken in the order of their ids, so
 * that no two of these ever wait for each other, nor for a commit of one event.
 *
 * Commands are decided in their order, each upon what the ones before it left. If the connection breaks
 * at the COMMIT, they are decided again on a fresh connection: what is there is accepted, and what is then
 * refused, or cannot be asked, is `unknown`. The same command given again settles it.
 *
 * How many events take part is up to the caller: their rows are locked for as long as it takes, some
 * 0.1 ms each.
 *
 * Throws, with nothing written, DatabaseUnavailable or CommitContended. Both say when to retry.
 *
 * @example
 * const { outcomes } = await commitOrders(database, [{
 *   type: 'placeOrder', orderId, userId: 'ann', as: 'held',
 *   lines: [{ eventId, quantity: 2 }, { eventId: another, quantity: 1 }],
 * }], known);
 */
export async function commitOrders(
  database: Database,
  commands: readonly OrderCommand[],
  known: KnownEvents,
): Promise<CommittedOrders> {
  const { commitPool: pool, layout } = database;
  const end = await attemptOrdersUntilEnded({ pool, layout }, commands.map(canonicalOrder));
  if (end.written === null) return allInDoubt(end, known);
  const standings = new Map<string, Standing | null>();
  for (const { eventId, decided, recorded } of end.written.events) {
    const after = knownAfter(decided, recorded);
    const isDoubted = end.doubts.length > 0;
    if (isDoubted) known.forget(eventId);
    else if (after !== null) known.remember(after);
    const { now } = decided.loaded;
    const standing = after && standingOf(after.event, { nextLapseAt: after.nextLapseAt, now });
    standings.set(eventId, isDoubted ? null : standing);
  }
  const doubtful = new Set(end.doubts.flatMap(doubtfulIndexes));
  const outcomes = end.written.decision.decisions.map((decision, index) =>
    decision.status === 'refused' && doubtful.has(index) ? unknown : outcomeOf(decision),
  );
  return { outcomes, standings };
}

const unknown: Unknown = { status: 'unknown' };

function outcomeOf(decision: OrderDecision): OrderOutcome {
  if (decision.status === 'refused') return decision;
  const { order, bookings } = decision;
  return { status: 'accepted', order, bookings };
}

/** The order with its ids in the one spelling by which they are compared. */
function canonicalOrder(command: OrderCommand): OrderCommand {
  const orderId = canonicalId(command.orderId);
  if (command.type !== 'placeOrder') return { ...command, orderId };
  const lines = command.lines.map((line) => ({ ...line, eventId: canonicalId(line.eventId) }));
  return { ...command, orderId, lines };
}

/** The first that would have changed something is `unknown`, and so are all that were decided upon it. */
function allInDoubt({ doubts }: OrdersEnd, known: KnownEvents): CommittedOrders {
  const last = doubts.at(-1);
  if (last === undefined) throw new Error('Orders ended without a decision.');
  for (const eventId of last.groups.keys()) known.forget(eventId);
  const first = firstChange(last);
  const outcomes = last.decisions.map((decision, index) =>
    index < first ? outcomeOf(decision) : unknown,
  );
  return { outcomes, standings: new Map() };
}

/** Which commands may have taken effect, if this was written. */
function doubtfulIndexes(decision: OrdersDecision): readonly number[] {
  const first = firstChange(decision);
  return decision.decisions.flatMap(({ status }, index) =>
    index >= first && status === 'accepted' ? [index] : [],
  );
}

/** A refusal that spends an id is one, too: until that is written it promises nothing. */
function firstChange({ decisions, spentPlaces }: OrdersDecision): number {
  return decisions.findIndex(
    (decision, place) =>
      spentPlaces.has(place) || (decision.status === 'accepted' && decision.isChange),
  );
}
