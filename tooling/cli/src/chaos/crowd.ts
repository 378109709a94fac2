import type { BookingCalls, OrderCalls } from '@holdfast/client';
import type { Random } from '@holdfast/command/random-from';
import type { Call } from '../load/call.ts';
import type { Stage } from './stage.ts';

/** A user of the load, with a client that outlives its calls. */
export interface Caller {
  readonly userId: string;
  readonly booking: BookingCalls;
  readonly order: OrderCalls;
}

export interface Crowd {
  readonly callers: readonly Caller[];
  /** Acts on the users' behalf. */
  readonly organizer: BookingCalls;
  /** Those who have no hold now. */
  readonly idleReplacers: Caller[];
  readonly stage: Stage;
  readonly random: Random;
}

/** What one call asks. */
export type Ask = Pick<
  Call,
  'type' | 'eventId' | 'userId' | 'bookingId' | 'isScheduled' | 'replaces' | 'quantity'
>;

/** How long a booking is kept before it is cancelled. */
const keptMsMin = 20;
const keptMsMax = 2_000;

/** Some for a moment, so that a refusal is old at once, some for as long as a refusal may live. */
export function keptMs(random: Random): number {
  return keptMsMin * (keptMsMax / keptMsMin) ** random();
}
