/** Seats of one event that are ordered together with those of others. */
export interface OrderLine {
  readonly eventId: string;
  readonly quantity: number;
}

/**
 * What somebody ordered at once: seats of several events, all of them or none. It never changes.
 * What became of the seats is said by its bookings: one in each event, under the order's own id.
 */
export interface Order {
  /** Made by the client, once: it is the idempotency key. */
  readonly id: string;
  readonly userId: string;
  /** One for each event. */
  readonly lines: readonly OrderLine[];
}

/** More lines are refused as bad input. It bounds how many events one order locks. */
export const orderLineCountMax = 20;

/** The lines of one event as one. */
export interface MergedLine extends OrderLine {
  /** Where the first of them stood among the given lines, from 0. */
  readonly line: number;
}

/**
 * One line for each event, in the order of the first ones: an event has one booking of an order.
 *
 * @example
 * mergeLines([{ eventId: 'a', quantity: 1 }, { eventId: 'b', quantity: 2 }, { eventId: 'a', quantity: 3 }])
 * // [{ eventId: 'a', quantity: 4, line: 0 }, { eventId: 'b', quantity: 2, line: 1 }]
 */
export function mergeLines(lines: readonly OrderLine[]): readonly MergedLine[] {
  const mergedById = new Map<string, MergedLine>();
  for (const [line, { eventId, quantity }] of lines.entries()) {
    const merged = mergedById.get(eventId) ?? { eventId, quantity: 0, line };
    mergedById.set(eventId, { ...merged, quantity: merged.quantity + quantity });
  }
  return [...mergedById.values()];
}
