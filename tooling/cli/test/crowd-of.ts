import type { Call, Result } from '../src/load/call.ts';
import type { User } from '../src/load/load.ts';

/** So many users, as `makeUsers` makes them, with tokens that nobody checks. */
export function crowdOf(count: number): readonly User[] {
  return Array.from({ length: count }, (_, index) => ({
    userId: `user-${index}`,
    token: `token-${index}`,
  }));
}

/** Calls that ended so, a user each, 10 ms apart, 100 ms after arriving. */
export function callsOf(...results: readonly Result[]): readonly Call[] {
  return results.map((result, index) => ({
    type: 'book',
    eventId: 'event',
    userId: `user-${index}`,
    // Whoever was refused, or certainly has nothing, is told no id.
    bookingId: ['refused', 'fault'].includes(result.status) ? null : `booking-${index}`,
    quantity: 1,
    isScheduled: true,
    arrivedAtMs: index * 10,
    sentAtMs: index * 10 + 1,
    answeredAtMs: index * 10 + 100,
    result,
  }));
}

export const confirmed: Result = { status: 'accepted', booking: 'confirmed' };
export const soldOut: Result = { status: 'refused', reason: 'sold_out' };
export const unknown: Result = { status: 'unknown' };
export const lost: Result = { status: 'unanswered', fault: 'network', isInDoubt: true };
