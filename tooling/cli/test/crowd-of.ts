import type { Answer } from '../src/load/answer.ts';
import type { Buyer, History } from '../src/load/load.ts';

/** So many buyers, as `makeBuyers` makes them, with tokens that nobody checks. */
export function crowdOf(count: number): readonly Buyer[] {
  return Array.from({ length: count }, (_, index) => ({
    userId: `user-${index}`,
    token: `token-${index}`,
    bookingId: `booking-${index}`,
  }));
}

/** A history in which the buyers got these answers, a buyer each, 10 ms apart, 100 ms after arriving. */
export function historyOf(...answers: readonly Answer[]): History {
  return crowdOf(answers.length).map((buyer, index) => ({
    buyer,
    answer: answers[index] ?? { status: 'unknown' },
    arrivedAtMs: index * 10,
    sentAtMs: index * 10 + 1,
    answeredAtMs: index * 10 + 100,
  }));
}

export const confirmed: Answer = { status: 'confirmed' };
export const soldOut: Answer = { status: 'refused', reason: 'sold_out' };
export const unknown: Answer = { status: 'unknown' };
export const lost: Answer = { status: 'error', cause: 'connection_lost' };
