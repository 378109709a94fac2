import { eventPlace, idPlace, type Spelling } from './template.ts';

/** What callers ask for: one seat as our client asks, by plain HTTP, by an order; or to read. */
export const callNames = ['book', 'rest', 'order', 'get', 'list'] as const;
export type CallName = (typeof callNames)[number];

const orderLineCountMax = 5;

/** How many events each order is of: five that are neighbours, so that orders meet others in some. */
export function orderLineCount(eventCount: number): number {
  return Math.min(orderLineCountMax, eventCount);
}

/**
 * How a call is spelled.
 *
 * @example spellingOf('book', 1).path // '/trpc/booking.book'
 */
export function spellingOf(name: CallName, eventCount: number): Spelling {
  switch (name) {
    case 'book':
      return booking;
    case 'rest':
      return restBooking;
    case 'order':
      return order(orderLineCount(eventCount));
    case 'get':
      return oneEvent;
    case 'list':
      return list;
  }
}

const booking: Spelling = {
  method: 'POST',
  path: '/trpc/booking.book',
  body: JSON.stringify({
    eventId: eventPlace,
    bookingId: idPlace,
    quantity: 1,
    isFirstAttempt: true,
  }),
};

/** In the words of the guide: the id is the Idempotency-Key. */
const restBooking: Spelling = {
  method: 'POST',
  path: '/api/bookings',
  headers: { 'idempotency-key': idPlace },
  body: JSON.stringify({ event_id: eventPlace, seat_count: 1 }),
};

function order(lineCount: number): Spelling {
  const lines = Array.from({ length: lineCount }, () => ({ eventId: eventPlace, quantity: 1 }));
  const body = { orderId: idPlace, lines, as: 'confirmed', isFirstAttempt: true };
  return { method: 'POST', path: '/trpc/order.place', body: JSON.stringify(body) };
}

const list: Spelling = { method: 'GET', path: queryPath('event.list', { limit: 20 }), body: null };

const oneEvent: Spelling = {
  method: 'GET',
  path: queryPath('event.get', { eventId: eventPlace }),
  body: null,
};

function queryPath(procedure: string, input: unknown): string {
  return `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
}
