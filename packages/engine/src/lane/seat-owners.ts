import { LRUCache } from 'lru-cache';

/** Who has got seats of which event through this process lately. */
export interface SeatOwners {
  add(eventId: string, userId: string): void;
  /** May this user have seats there? Some have given them back since, or lost them. */
  has(eventId: string, userId: string): boolean;
}

/** Some 200 bytes each. */
const ownerCountMax = 20_000;

/**
 * Nobody who has seats already is refused early: they ask again because a page was reloaded, or an
 * id was lost, and PostgreSQL tells them what they have, which comes before `sold_out`. Who got
 * seats through another process, or long ago, is not known here, and may be told `sold_out`.
 *
 * @example
 * const owners = rememberSeatOwners();
 * owners.add(eventId, 'ann');
 * owners.has(eventId, 'ann'); // true
 */
export function rememberSeatOwners(): SeatOwners {
  const owners = new LRUCache<string, true>({ max: ownerCountMax });
  const keyOf = (eventId: string, userId: string) => `${eventId} ${userId}`;
  return {
    add: (eventId, userId) => void owners.set(keyOf(eventId, userId), true),
    has: (eventId, userId) => owners.has(keyOf(eventId, userId)),
  };
}
