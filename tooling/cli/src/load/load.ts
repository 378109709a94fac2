import type { Answer } from './answer.ts';

/** One of the crowd: a user with a token of its own and the id of the one booking it will ask for. */
export interface Buyer {
  readonly userId: string;
  readonly token: string;
  readonly bookingId: string;
}

/** Who asks for what, where. */
export interface Load {
  /** The api processes, without `/trpc`: one or more, over which the buyers are spread evenly. */
  readonly urls: readonly string[];
  readonly eventId: string;
  readonly buyers: readonly Buyer[];
  /** How long a buyer waits for an answer, in whole seconds for autocannon's sake. */
  readonly answerTimeoutMs: number;
  /** Called after every answer with the number of answers so far. */
  readonly onProgress: (answeredCount: number) => void;
}

/** One buyer's story. Times are milliseconds since the load began. */
export interface Outcome {
  readonly buyer: Buyer;
  readonly answer: Answer;
  /** When the buyer arrived, or should have: the schedule's time, not the time of sending. */
  readonly arrivedAtMs: number;
  /** When its request was made. Later than `arrivedAtMs` where the load itself did not keep up. */
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}

/** Everyone's story, one a buyer, in no particular order. */
export type History = readonly Outcome[];

/** Longer than the api's own deadline, so that what it says is heard. */
export const answerTimeoutMsDefault = 20_000;

/** No single load takes longer, whatever the api does. */
export const loadDurationMaxMs = 10 * 60_000;

/** Connections of one load at most; more buyers than that take turns. */
export const connectionCountMax = 1_000;

/** Buyers of one load at most: each has a token and an outcome in memory, about 1 kB. */
export const buyerCountMax = 100_000;

/** Where `booking.book` is called. */
export function bookingUrl(apiUrl: string): URL {
  return new URL(`${apiUrl.replace(/\/+$/, '')}/trpc/booking.book`);
}

/** The api process that the buyer of this place in the crowd asks. */
export function urlFor({ urls }: Load, index: number): string {
  const url = urls[index % urls.length];
  if (url === undefined) throw new Error('A load needs the url of an api.');
  return url;
}

/**
 * What a buyer sends: one seat. It asks once, and says so: only a claim that was never sent before
 * may be refused without a look into PostgreSQL.
 */
export function bookingBody(eventId: string, buyer: Buyer): string {
  const { bookingId } = buyer;
  return JSON.stringify({ eventId, bookingId, quantity: 1, isFirstAttempt: true });
}

/** The headers that a buyer sends. */
export function bookingHeaders(buyer: Buyer): Record<string, string> {
  return { authorization: `Bearer ${buyer.token}`, 'content-type': 'application/json' };
}
