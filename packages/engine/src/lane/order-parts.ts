import { askedLines, type Order } from '@holdfast/domain';
import type { OrderArrival } from './order-words.ts';
import type { Arrival } from './words.ts';

/** What an order asks of one event, as if it had come to that event's own lane. */
export interface OrderPart {
  readonly eventId: string;
  /** Where the first line of this event stood, from 0. */
  readonly line: number;
  readonly arrival: Arrival;
}

/**
 * What an order asks of each event. `orders`: those that were placed before, by id.
 *
 * @example partsOf({ command: place, isFirstAttempt: true }, new Map()) // one part for each of its events
 */
export function partsOf(
  { command, isFirstAttempt }: OrderArrival,
  orders: ReadonlyMap<string, Order>,
): readonly OrderPart[] {
  return askedLines(command, orders.get(command.orderId) ?? null).map((asked) => {
    const { eventId, line } = asked;
    return { eventId, line, arrival: { command: asked.command, isFirstAttempt } };
  });
}

/** The commands of each event, by its id. */
export function arrivalsByEvent(
  parts: readonly OrderPart[],
): ReadonlyMap<string, readonly Arrival[]> {
  const byEvent = new Map<string, Arrival[]>();
  for (const { eventId, arrival } of parts) {
    const arrivals = byEvent.get(eventId) ?? [];
    arrivals.push(arrival);
    byEvent.set(eventId, arrivals);
  }
  return byEvent;
}
