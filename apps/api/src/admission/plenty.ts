import type { Standing } from '@holdfast/domain';
import { LRUCache } from 'lru-cache';

/**
 * So many times the seats that are on their way must be free. Other processes sell as well, of whose
 * claims this one knows nothing: as many as this are taken for granted.
 */
const plentyFactor = 20;

/** Would it be plenty, too, for the largest booking that is allowed? */
export function isPlentyForAnybody({ availableSeats, quantityPerBookingMax }: Standing): boolean {
  return availableSeats >= plentyFactor * quantityPerBookingMax;
}

/** Which events have so many seats left that nobody could be refused. */
export interface Plenty {
  /** How an event stands after a commit of this process. */
  hear(eventId: string, standing: Standing): void;
  /** A claim of so many seats goes to the committer. */
  enter(eventId: string, quantity: number): void;
  /** It is out. */
  leave(eventId: string, quantity: number): void;
  /** Were there many more seats than this claim, and all that are on their way, ask for? */
  has(eventId: string, quantity: number): boolean;
}

/**
 * Remembers what this process's commits left. Asking Redis about a claim can only refuse it early, so
 * where seats are plenty the question is not worth its round trip: without it a hot event sells some
 * 25 % more in a second.
 *
 * However old that is, it may be wrong but once: claims that PostgreSQL then has to refuse bring back
 * how the event stands, and from there on Redis is asked.
 *
 * @example
 * const plenty = createPlenty({ eventCountMax: 20_000 });
 * plenty.hear(eventId, standing);
 * plenty.has(eventId, 2); // true, with 40 seats left and nobody else on the way
 */
export function createPlenty({ eventCountMax }: { readonly eventCountMax: number }): Plenty {
  const available = new LRUCache<string, number>({ max: eventCountMax });
  const onTheirWay = new Map<string, number>();
  const seatsOnTheirWay = (eventId: string) => onTheirWay.get(eventId) ?? 0;
  return {
    hear: (eventId, { availableSeats }) => void available.set(eventId, availableSeats),
    enter(eventId, quantity) {
      onTheirWay.set(eventId, seatsOnTheirWay(eventId) + quantity);
    },
    leave(eventId, quantity) {
      const left = seatsOnTheirWay(eventId) - quantity;
      if (left > 0) onTheirWay.set(eventId, left);
      else onTheirWay.delete(eventId);
    },
    has(eventId, quantity) {
      const seats = seatsOnTheirWay(eventId) + quantity;
      return (available.get(eventId) ?? 0) >= plentyFactor * seats;
    },
  };
}
