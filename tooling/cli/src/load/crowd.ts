import { type BookingCalls, createHoldfastClient, HoldfastError } from '@holdfast/client';
import { type Answer, errorCause } from './answer.ts';
import type { History, Load, Outcome } from './load.ts';

/**
 * Every buyer does what an application would do for it, through a client of its own, all at once:
 * reserve one seat, then confirm the hold. A buyer's story ends with the answer to `confirm`, or
 * with the first no. The client retries as it does for anybody (bounded, with the same id).
 */
export function runCrowd(load: Load): Promise<History> {
  const { url, eventId } = load;
  const crowd = load.buyers.map((buyer) => ({
    buyer,
    calls: createHoldfastClient({ url, token: buyer.token }).booking,
  }));
  const startedAt = performance.now();
  let answeredCount = 0;
  const visit = async ({ buyer, calls }: (typeof crowd)[number]): Promise<Outcome> => {
    const { bookingId } = buyer;
    const sentAtMs = performance.now() - startedAt;
    const answer = await reserveAndConfirm(calls, { eventId, bookingId }).catch(errorOf);
    const answeredAtMs = performance.now() - startedAt;
    load.onProgress(++answeredCount);
    return { buyer, answer, arrivedAtMs: 0, sentAtMs, answeredAtMs };
  };
  return Promise.all(crowd.map(visit));
}

async function reserveAndConfirm(
  calls: BookingCalls,
  key: { readonly eventId: string; readonly bookingId: string },
): Promise<Answer> {
  const hold = await calls.reserve({ ...key, quantity: 1 });
  return answerOf(hold.status === 'held' ? await calls.confirm(key) : hold);
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
