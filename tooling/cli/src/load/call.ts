import { type Fault, HoldfastError } from '@holdfast/client';

/** How one call ended, retries included. */
export type Result =
  | { readonly status: 'accepted'; readonly booking: 'held' | 'confirmed' | 'cancelled' }
  | { readonly status: 'refused'; readonly reason: string }
  /** The api answered that it does not know. */
  | { readonly status: 'unknown' }
  /** The api answered with a fault. */
  | { readonly status: 'fault'; readonly fault: string }
  /** No api answered; something may have been done all the same. */
  | { readonly status: 'unanswered'; readonly fault: string; readonly isInDoubt: boolean };

/** One call of a load, in milliseconds since the load began, by the load's own clock. */
export interface Call {
  readonly type:
    | 'book'
    | 'reserve'
    | 'confirm'
    | 'cancel'
    | 'extend'
    | 'changeQuantity'
    | 'transfer'
    | 'accept';
  readonly eventId: string;
  readonly userId: string;
  /** `null` where the client made the id and there is no booking: the answer does not name it then. */
  readonly bookingId: string | null;
  readonly quantity: number;
  /** The hold whose place this one was to take, if any. */
  readonly replaces?: string;
  /** Was it sent because it was due, and not because of another call's answer? */
  readonly isScheduled: boolean;
  /** When its user arrived, or should have: the schedule's time, not the time of sending. */
  readonly arrivedAtMs: number;
  /** Later than `arrivedAtMs` where the load itself did not keep up. */
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  readonly result: Result;
}

/** Faults that the client saw itself: nobody answered, or not the api. */
const ownFaults: ReadonlySet<Fault> = new Set<Fault>([
  'unreachable',
  'network',
  'attempt_timeout',
  'bad_gateway',
  'bad_answer',
  'aborted',
]);

/** How one call ended, and of which booking it was, where there may be one. */
export type Answered = Pick<Call, 'bookingId' | 'result'>;

interface ToldBooking {
  readonly status: 'held' | 'confirmed' | 'cancelled' | 'expired';
  readonly id: string;
}

type Told =
  | ToldBooking
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unknown'; readonly bookingId: string; readonly fault: Fault };

/**
 * What one call of the client came to. Throws only what is no answer of the client's: a bug.
 *
 * @example await answerTo(booking.book({ eventId, quantity: 1 }))
 * // { bookingId: '…', result: { status: 'accepted', booking: 'confirmed' } }
 */
export async function answerTo(call: Promise<Told>): Promise<Answered> {
  try {
    return read(await call);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { bookingId: null, result: faulty(error.fault, error.inDoubt) };
  }
}

function read(told: Told): Answered {
  switch (told.status) {
    case 'refused':
      return { bookingId: null, result: { status: 'refused', reason: told.reason } };
    case 'unknown': {
      const { bookingId, fault } = told;
      return {
        bookingId,
        result: ownFaults.has(fault) ? faulty(fault, true) : { status: 'unknown' },
      };
    }
    default:
      return answerOfBooking(told);
  }
}

/** What the answer says that shows a booking. One that has expired is there, and has no seats. */
export function answerOfBooking({ id, status }: ToldBooking): Answered {
  return {
    bookingId: id,
    result:
      status === 'expired'
        ? { status: 'refused', reason: status }
        : { status: 'accepted', booking: status },
  };
}

/** How a call ended to which nobody gave a yes or a no. */
export function faulty(fault: Fault, isInDoubt: boolean): Result {
  return ownFaults.has(fault)
    ? { status: 'unanswered', fault, isInDoubt }
    : { status: 'fault', fault };
}

const typesThatGrant: readonly Call['type'][] = ['book', 'reserve', 'confirm'];

/** Was it told that it has a booking? */
export function isAcknowledged({ type, result }: Call): boolean {
  return typesThatGrant.includes(type) && result.status === 'accepted';
}

/** Did it say that its booking has expired? */
export function isExpired({ result }: Pick<Call, 'result'>): boolean {
  return result.status === 'refused' && result.reason === 'expired';
}

/** Was it refused because there were no seats? */
export function isSoldOut({ result }: Call): boolean {
  return result.status === 'refused' && result.reason === 'sold_out';
}

/** Did nobody say what it came to, so that it may be done, or may still be done? */
export function isDoubtful({ result }: Pick<Call, 'result'>): boolean {
  return result.status === 'unknown' || (result.status === 'unanswered' && result.isInDoubt);
}
