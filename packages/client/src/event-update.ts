import type { Event } from './procedures.ts';

/** What an event looked like at a version. */
export interface EventChange {
  readonly version: number;
  readonly status: Event['status'];
  readonly seatCount: number;
  readonly availableSeats: number;
  readonly heldSeats: number;
}

/** Some changes of an event, in order of version and without a gap. */
export interface EventUpdate {
  /** Others before them were left out, because too much was missed: this is the state from which it goes on. */
  readonly restarted: boolean;
  readonly changes: readonly EventChange[];
}
