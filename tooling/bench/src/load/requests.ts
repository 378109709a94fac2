import type { Request } from 'autocannon';
import { v7 } from 'uuid';
import type { User } from './users.ts';

/** What each connection sends, in order. */
export type Script = readonly (readonly Request[])[];

export interface Crowd {
  readonly users: readonly User[];
  readonly connections: number;
  /** The events: one, or many over which the users are spread. */
  readonly eventIds: readonly string[];
}

/**
 * Every user books one seat, once, under a new id, as our client sends it. The users are dealt to the
 * connections in turn, so a run that is cut short has used the first of them.
 *
 * @example bookingScript({ users, connections: 100, eventIds: [eventId] })
 */
export function bookingScript({ users, connections, eventIds }: Crowd): Script {
  return deal(users, connections, ({ token }, index) => ({
    method: 'POST',
    path: '/trpc/booking.book',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      eventId: eventIds[index % eventIds.length],
      bookingId: v7(),
      quantity: 1,
      isFirstAttempt: true,
    }),
  }));
}

/**
 * The same by plain HTTP, in the words of the guide: the id is the Idempotency-Key.
 *
 * @example restScript({ users, connections: 100, eventIds: [eventId] })
 */
export function restScript({ users, connections, eventIds }: Crowd): Script {
  return deal(users, connections, ({ token }, index) => ({
    method: 'POST',
    path: '/api/bookings',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': v7(),
    },
    body: JSON.stringify({ event_id: eventIds[index % eventIds.length], seat_count: 1 }),
  }));
}

const orderLineCountMax = 5;

/** How many events each order is of. */
export function orderLineCount({ eventIds }: Pick<Crowd, 'eventIds'>): number {
  return Math.min(orderLineCountMax, eventIds.length);
}

/**
 * Every user orders one seat of each of five events that are neighbours, so that orders meet others in
 * some of their events. Of fewer events where there are no five.
 *
 * @example orderScript({ users, connections: 100, eventIds })
 */
export function orderScript(crowd: Crowd): Script {
  const { users, connections, eventIds } = crowd;
  const lineCount = orderLineCount(crowd);
  return deal(users, connections, ({ token }, index) => ({
    method: 'POST',
    path: '/trpc/order.place',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      orderId: v7(),
      lines: Array.from({ length: lineCount }, (_, line) => ({
        eventId: eventIds[(index + line) % eventIds.length],
        quantity: 1,
      })),
      as: 'confirmed',
      isFirstAttempt: true,
    }),
  }));
}

/** Of ten reads, one is of the list and nine are of an event. */
const readsPerList = 10;

/** What is looked at most are few events; all others are read rarely. */
const popularEventCount = 100;

/** Every user looks at the list or at a popular event, through the cache. */
export function readingScript({ users, connections, eventIds }: Crowd): Script {
  const popularIds = eventIds.slice(0, popularEventCount);
  return deal(users, connections, ({ token }, index) => ({
    method: 'GET',
    path:
      index % readsPerList === 0
        ? queryPath('event.list', { limit: 20 })
        : queryPath('event.get', { eventId: popularIds[index % popularIds.length] }),
    headers: { authorization: `Bearer ${token}` },
  }));
}

function queryPath(procedure: string, input: unknown): string {
  return `/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`;
}

function deal(
  users: readonly User[],
  connections: number,
  requestOf: (user: User, index: number) => Request,
): Script {
  const hands: Request[][] = Array.from({ length: connections }, () => []);
  for (const [index, user] of users.entries()) {
    hands[index % connections]?.push(requestOf(user, index));
  }
  return hands;
}
