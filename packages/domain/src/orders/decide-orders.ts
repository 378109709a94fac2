import type { BookingCommand } from '../commands/commands.ts';
import type { BookingAccepted } from '../commands/decision.ts';
import { spendId } from '../commands/spend-id.ts';
import { decideGroup, type GroupDecision } from '../deciding/decide-group.ts';
import type { Instant } from '../instant.ts';
import { applyTo, type DraftState, draftOf } from '../state/evolve.ts';
import { initialState, type State } from '../state/state.ts';
import { askedLines } from './asked-lines.ts';
import { areAllActive, decideLine, hasMoved } from './decide-line.ts';
import { mergeLines, type Order } from './order.ts';
import type { OrderCommand, PlaceOrder } from './order-commands.ts';
import { type OrderDecision, orderRefused } from './order-decision.ts';

/** What is known before some orders are decided, all of one moment. */
export interface OrdersKnown {
  /** The orders that were placed under the ids of the commands, by id. */
  readonly orders: ReadonlyMap<string, Order>;
  /** The states of all events that the commands ask something of, by id. */
  readonly events: ReadonlyMap<string, State>;
}

/** What was decided about some orders: one transaction over all their events. */
export interface OrdersDecision {
  /** One for each command, in the same order. */
  readonly decisions: readonly OrderDecision[];
  /** The orders that are new. */
  readonly newOrders: readonly Order[];
  /** The places of refused orders whose ids are spent. */
  readonly spentPlaces: ReadonlySet<number>;
  /** What to write of each event, by id. Those of which nothing is to be written are left out. */
  readonly groups: ReadonlyMap<string, GroupDecision<BookingCommand>>;
}

/**
 * Decides orders one after the other, each upon what the ones before it left: all lines of an order
 * are accepted, or none. The first line that is refused names the reason. It is pure, and nothing is
 * checked here: see decide-orders-checked.ts.
 *
 * - An order that was placed before, with the same lines, is told as it now is. As `confirmed` it
 *   also confirms the holds, if none of its bookings has ended.
 * - A booking that has moved to another user is no longer part of the order.
 * - `confirmOrder` is refused by the first booking that cannot be confirmed.
 * - `cancelOrder` leaves alone what has ended already.
 *
 * @example
 * decideOrders({ orders: new Map(), events: new Map([['a', one], ['b', other]]) }, [place], now).decisions
 * // [{ status: 'refused', reason: 'sold_out', eventId: 'b', line: 1 }]
 */
export function decideOrders(
  known: OrdersKnown,
  commands: readonly OrderCommand[],
  now: Instant,
): OrdersDecision {
  const draft = draftOfOrders(known);
  const decisions = commands.map((command, place) => decideOrder(draft, { command, place }, now));
  const { newOrders, spentPlaces } = draft;
  return { decisions, newOrders, spentPlaces, groups: groupsOf(known, draft, now) };
}

/** What the orders so far have left. It is changed in place. */
interface OrdersDraft {
  readonly orders: Map<string, Order>;
  readonly newOrders: Order[];
  readonly spentPlaces: Set<number>;
  readonly events: ReadonlyMap<string, DraftState>;
  /** What changes something, by event: it was accepted, or spends its id. */
  readonly commands: Map<string, BookingCommand[]>;
}

function draftOfOrders({ orders, events }: OrdersKnown): OrdersDraft {
  return {
    orders: new Map(orders),
    newOrders: [],
    spentPlaces: new Set(),
    events: new Map([...events].map(([id, state]) => [id, draftOf(state)])),
    commands: new Map(),
  };
}

/** A line that was accepted. */
interface AcceptedLine {
  readonly eventId: string;
  readonly command: BookingCommand;
  readonly accepted: BookingAccepted;
}

interface PlacedCommand {
  readonly command: OrderCommand;
  readonly place: number;
}

function decideOrder(
  draft: OrdersDraft,
  { command, place }: PlacedCommand,
  now: Instant,
): OrderDecision {
  const known = draft.orders.get(command.orderId) ?? null;
  const asked = askedLines(command, known)
    .map((line) => ({ ...line, state: draft.events.get(line.eventId) ?? initialState }))
    .filter((line) => known === null || !hasMoved(line));
  if (asked.length === 0) {
    return orderRefused(command.type === 'placeOrder' ? 'id_taken' : 'order_not_found');
  }
  const isWhole = areAllActive(asked, now);
  const lines: AcceptedLine[] = [];
  for (const { eventId, line, ...each } of asked) {
    const decided = decideLine(each, { order: command, isKnown: known !== null, isWhole }, now);
    const { decision } = decided;
    if (decision.status === 'refused') {
      const isSpent = spend(draft, { eventId, command: decided.command }, now);
      if (isSpent) draft.spentPlaces.add(place);
      return { ...decision, eventId, line };
    }
    lines.push({ eventId, command: decided.command, accepted: decision });
  }
  return accept(draft, { order: known ?? orderOf(command), isNew: known === null, lines });
}

/** Spends the id of a repeated order that is refused: at one event, so that no attempt gets all of its lines. */
function spend(
  draft: OrdersDraft,
  { eventId, command }: Pick<AcceptedLine, 'eventId' | 'command'>,
  now: Instant,
): boolean {
  const state = draft.events.get(eventId);
  const spent = state === undefined ? null : spendId(state, command, now);
  if (state === undefined || spent === null) return false;
  applyTo(state, spent);
  draft.commands.set(eventId, [...(draft.commands.get(eventId) ?? []), command]);
  return true;
}

function orderOf(command: OrderCommand): Order {
  if (command.type !== 'placeOrder') throw new Error('Only an order that is placed can be new.');
  const { orderId: id, userId } = command;
  return { id, userId, lines: orderedLines(command) };
}

function orderedLines({ lines }: PlaceOrder): Order['lines'] {
  return mergeLines(lines).map(({ eventId, quantity }) => ({ eventId, quantity }));
}

interface AcceptedOrder {
  readonly order: Order;
  readonly isNew: boolean;
  readonly lines: readonly AcceptedLine[];
}

/** Nothing of an order was applied before all its lines were accepted. */
function accept(draft: OrdersDraft, { order, isNew, lines }: AcceptedOrder): OrderDecision {
  const changes = lines.filter(({ accepted }) => accepted.transitions.length > 0);
  for (const { eventId, command, accepted } of changes) {
    const state = draft.events.get(eventId);
    if (state === undefined) throw new Error('An event was sold from that is not known.');
    for (const transition of accepted.transitions) applyTo(state, transition);
    draft.commands.set(eventId, [...(draft.commands.get(eventId) ?? []), command]);
  }
  if (isNew) draft.newOrders.push(order);
  draft.orders.set(order.id, order);
  const shown = orderLinesAs(order, lines);
  const bookings = shown.map(({ accepted }) => accepted.booking);
  const left = { ...order, lines: order.lines.filter(({ eventId }) => isAmong(shown, eventId)) };
  return { status: 'accepted', order: left, bookings, isChange: changes.length > 0 };
}

function isAmong(lines: readonly AcceptedLine[], eventId: string): boolean {
  return lines.some((line) => line.eventId === eventId);
}

/** The same lines in the order in which they stand in the order: a repeated command may mix them. */
function orderLinesAs(order: Order, lines: readonly AcceptedLine[]): readonly AcceptedLine[] {
  const lineByEvent = new Map(lines.map((line) => [line.eventId, line]));
  return order.lines.flatMap(({ eventId }) => lineByEvent.get(eventId) ?? []);
}

/** Decided once more, with nothing else between them: then each event's group has its reliance. */
function groupsOf(
  { events }: OrdersKnown,
  { commands }: OrdersDraft,
  now: Instant,
): OrdersDecision['groups'] {
  const groups = new Map<string, GroupDecision<BookingCommand>>();
  for (const [eventId, accepted] of commands) {
    const group = decideGroup(events.get(eventId) ?? initialState, accepted, now);
    groups.set(eventId, group);
  }
  return groups;
}
