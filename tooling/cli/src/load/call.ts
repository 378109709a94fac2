import type { Fault } from '@holdfast/client';

/** How one call of the load ended, retries included. */
export type Result =
  | { readonly status: 'accepted'; readonly booking: 'held' | 'confirmed' | 'cancelled' }
  | { readonly status: 'refused'; readonly reason: string }
  /** The api answered that it does not know. */
  | { readonly status: 'unknown' }
  /** The api answered with a fault that says that nothing was done. */
  | { readonly status: 'fault'; readonly fault: Fault }
  /** No attempt got an answer of the api; something may have been done all the same. */
  | { readonly status: 'unanswered'; readonly fault: Fault; readonly isInDoubt: boolean };

/** One call, in milliseconds since the load began, by the load's own clock. */
export interface Call {
  readonly type: 'book' | 'reserve' | 'cancel';
  readonly eventId: string;
  readonly userId: string;
  /** `null` where the client made the id and the answer does not name it. */
  readonly bookingId: string | null;
  readonly quantity: number;
  /** Was it sent by the steady schedule, and not because of another call's answer? */
  readonly isScheduled: boolean;
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
]);

/** Does this fault mean that no api has answered? */
export function isUnanswered(fault: Fault): boolean {
  return ownFaults.has(fault);
}

/** When the calls of the schedule were answered with yes or no: what the rate is measured by. */
export function steadyAnswersOf(calls: readonly Call[]): readonly number[] {
  return calls
    .filter(({ isScheduled }) => isScheduled)
    .filter(({ result }) => result.status === 'accepted' || result.status === 'refused')
    .map(({ answeredAtMs }) => answeredAtMs);
}

/** Was it told that it has a booking? */
export function isAcknowledged({ type, result }: Call): boolean {
  return type !== 'cancel' && result.status === 'accepted';
}

/** May it have given its booking seats? */
export function mayHaveTaken({ type, result }: Call): boolean {
  if (type === 'cancel') return false;
  if (result.status === 'unanswered') return result.isInDoubt;
  return result.status === 'accepted' || result.status === 'unknown';
}
