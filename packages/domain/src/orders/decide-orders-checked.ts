import { checkEach } from '../input/check.ts';
import { checkOrderCommand } from '../input/check-order.ts';
import { checkState } from '../input/check-state.ts';
import type { Instant } from '../instant.ts';
import {
  decideOrders as decideOrdersUnchecked,
  type OrdersDecision,
  type OrdersKnown,
} from './decide-orders.ts';
import type { OrderCommand } from './order-commands.ts';

/**
 * Decides orders over several events, one after the other, each upon what the ones before it left:
 * all lines of an order are accepted, or none. Who writes what was decided holds the locks of all
 * these events from before they were read, taken in the order of their ids; `writeOf` says what to
 * write of each.
 *
 * - An order that was placed before, with the same lines, is told as it now is. As `confirmed` it
 *   also confirms the holds, if none of its bookings has ended.
 * - `confirmOrder` is refused by the first booking that cannot be confirmed.
 * - `cancelOrder` leaves alone what has ended already.
 *
 * Refuses as `reserve`, `confirm` and `cancel` do, naming the line; and the order as a whole:
 * id_taken (the id has another order), order_not_found (another user's order, too).
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example
 * decideOrders({ orders: new Map(), events: new Map([['a', one], ['b', other]]) }, [place], now).decisions
 * // [{ status: 'refused', reason: 'sold_out', eventId: 'b', line: 1 }]
 */
export function decideOrders(
  known: OrdersKnown,
  commands: readonly OrderCommand[],
  now: Instant,
): OrdersDecision {
  for (const state of known.events.values()) checkState(state, now);
  checkEach('commands', commands, checkOrderCommand);
  return decideOrdersUnchecked(known, commands, now);
}
