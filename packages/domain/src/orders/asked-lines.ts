import type { BookingCommand } from '../commands/commands.ts';
import type { OrderCommand, PlaceOrder } from './order-commands.ts';
import { type MergedLine, mergeLines, type Order } from './order.ts';

/** What an order asks of one event. */
export interface AskedLine {
  readonly eventId: string;
  /** Where the first line of this event stood, from 0. */
  readonly line: number;
  /** The booking has the order's id. */
  readonly command: BookingCommand;
}

/**
 * What a command about an order asks of each event. `known` is the order that was placed under this
 * id, if one was. Empty: no event is asked, because the order as a whole is refused.
 *
 * @example
 * askedLines({ type: 'placeOrder', orderId, userId: 'ann', as: 'held', lines: [{ eventId, quantity: 2 }] }, null)
 * // [{ eventId, line: 0, command: { type: 'reserve', bookingId: orderId, userId: 'ann', quantity: 2 } }]
 */
export function askedLines(command: OrderCommand, known: Order | null): readonly AskedLine[] {
  const { orderId: bookingId, userId } = command;
  if (command.type === 'placeOrder') return askedToPlace(command, known);
  if (known === null || known.userId !== userId) return [];
  const type = command.type === 'confirmOrder' ? 'confirm' : 'cancel';
  return known.lines.map(({ eventId }, line) => ({
    eventId,
    line,
    command: { type, bookingId, userId },
  }));
}

function askedToPlace(command: PlaceOrder, known: Order | null): readonly AskedLine[] {
  const lines = mergeLines(command.lines);
  if (known !== null && !isSameOrder(known, { userId: command.userId, lines })) return [];
  const { orderId: bookingId, userId, isRepeat } = command;
  const type = command.as === 'held' ? 'reserve' : 'book';
  const repeated = isRepeat === true ? { isRepeat } : {};
  return lines.map(({ eventId, quantity, line }) => ({
    eventId,
    line,
    command: { type, bookingId, userId, quantity, ...repeated },
  }));
}

interface Given {
  readonly userId: string;
  readonly lines: readonly MergedLine[];
}

/** Is this the order again that is known by its id? In which order its lines stand does not matter. */
function isSameOrder(known: Order, { userId, lines }: Given): boolean {
  if (known.userId !== userId || known.lines.length !== lines.length) return false;
  const quantities = new Map(known.lines.map(({ eventId, quantity }) => [eventId, quantity]));
  return lines.every(({ eventId, quantity }) => quantities.get(eventId) === quantity);
}
