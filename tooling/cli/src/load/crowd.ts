import { type BookingCalls, createHoldfastClient, HoldfastError } from '@holdfast/client';
import { type Answer, errorCause } from './answer.ts';
import { type Buyer, type History, type Load, type Outcome, urlFor } from './load.ts';

/**
 * Every buyer does what an application would do for it, through a client of its own, all at once:
 * reserve one seat, then confirm the hold. A buyer's story ends with the answer to `confirm`, or
 * with the first no. The client makes the id of the booking, as it does for anybody, and retries
 * (bounded, with the same id); where it names the id, that is the buyer's from then on.
 */
export function runCrowd(load: Load): Promise<History> {
  const { eventId } = load;
  const crowd = load.buyers.map((buyer, index) => ({
    buyer,
    calls: createHoldfastClient({ url: urlFor(load, index), token: buyer.token }).booking,
  }));
  const startedAt = performance.now();
  let answeredCount = 0;
  const visit = async ({ buyer, calls }: (typeof crowd)[number]): Promise<Outcome> => {
    const sentAtMs = performance.now() - startedAt;
    const { bookingId, answer } = await reserveAndConfirm(calls, eventId, buyer);
    const answeredAtMs = performance.now() - startedAt;
    load.onProgress(++answeredCount);
    return { buyer: { ...buyer, bookingId }, answer, arrivedAtMs: 0, sentAtMs, answeredAtMs };
  };
  return Promise.all(crowd.map(visit));
}

interface Ended {
  readonly bookingId: string;
  readonly answer: Answer;
}

async function reserveAndConfirm(
  calls: BookingCalls,
  eventId: string,
  buyer: Buyer,
): Promise<Ended> {
  let { bookingId } = buyer;
  try {
    const hold = await calls.reserve({ eventId, quantity: 1 });
    if (hold.status === 'unknown') ({ bookingId } = hold);
    if (hold.status !== 'held') return { bookingId, answer: answerOf(hold) };
    bookingId = hold.id;
    return { bookingId, answer: answerOf(await calls.confirm({ eventId, bookingId })) };
  } catch (error) {
    return { bookingId, answer: errorOf(error) };
  }
}

type Told =
  | { readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired' | 'unknown' }
  | { readonly status: 'refused'; readonly reason: string };

function answerOf(told: Told): Answer {
  if (told.status === 'confirmed' || told.status === 'unknown') return { status: told.status };
  if (told.status === 'refused') return { status: 'refused', reason: told.reason };
  return { status: 'error', cause: errorCause.unparsable };
}

function errorOf(error: unknown): Answer {
  if (error instanceof HoldfastError) return { status: 'error', cause: error.fault };
  throw error;
}
