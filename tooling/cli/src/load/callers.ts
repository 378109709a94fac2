import {
  type BookingCalls,
  createHoldfastClient,
  type Fault,
  HoldfastError,
  newId,
} from '@holdfast/client';
import type { Target } from '../target.ts';
import { tokenMint } from '../token.ts';
import { isUnanswered, type Result } from './call.ts';
import { fetchOver } from './router.ts';

/** A user of the load, with a client that outlives its calls. */
export interface Caller {
  readonly userId: string;
  readonly booking: BookingCalls;
}

/** How one call ended, and of which booking it was, where that is known. */
export interface Answered {
  readonly bookingId: string | null;
  readonly result: Result;
}

const tokenLifeSeconds = 3_600;

/**
 * As an application under fire would set its client: shorter than the defaults, so that a call
 * that hangs shows within the run, and with a budget that lets every call through the fault.
 */
const retry = {
  attemptCountMax: 8,
  attemptTimeoutMs: 3_000,
  totalTimeoutMs: 12_000,
  backoffBaseMs: 50,
  backoffMaxMs: 1_000,
  budgetReserveCount: 100,
  budgetRatio: 1,
};

/** Makes users who book through the client over all processes of the api. */
export async function makeCallers(target: Target, count: number): Promise<readonly Caller[]> {
  const mint = tokenMint(target.tokens);
  const routed = fetchOver(target.urls);
  const one = async (): Promise<Caller> => {
    const userId = newId();
    const token = await mint({ userId, role: 'user', expiresInSeconds: tokenLifeSeconds });
    const options = { url: target.url, token, fetch: routed, retry };
    return { userId, booking: createHoldfastClient(options).booking };
  };
  return await Promise.all(Array.from({ length: count }, one));
}

type Told =
  | { readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired'; readonly id: string }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unknown'; readonly bookingId: string; readonly fault: Fault };

/**
 * What one call came to. Throws only what is no answer of the client's: a bug.
 *
 * @example await answerTo(booking.book({ eventId, quantity: 1 }))
 * // { bookingId: '…', result: { status: 'accepted', booking: 'confirmed' } }
 */
export async function answerTo(call: Promise<Told>): Promise<Answered> {
  try {
    return read(await call);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const { fault, inDoubt: isInDoubt } = error;
    const result: Result = isUnanswered(fault)
      ? { status: 'unanswered', fault, isInDoubt }
      : { status: 'fault', fault };
    return { bookingId: null, result };
  }
}

function read(told: Told): Answered {
  switch (told.status) {
    case 'refused':
      return { bookingId: null, result: { status: 'refused', reason: told.reason } };
    case 'unknown': {
      const { bookingId, fault } = told;
      const result: Result = isUnanswered(fault)
        ? { status: 'unanswered', fault, isInDoubt: true }
        : { status: 'unknown' };
      return { bookingId, result };
    }
    case 'expired':
      return { bookingId: told.id, result: { status: 'refused', reason: 'expired' } };
    default:
      return { bookingId: told.id, result: { status: 'accepted', booking: told.status } };
  }
}
