import type { Booking } from '@holdfast/client';

/** A booking of the caller's, and when on this page's steady clock it was told. */
export interface SeenBooking {
  readonly booking: Booking;
  readonly seenAt: number;
}

/**
 * How much longer a hold lasts, in milliseconds, 0 where it lasts no longer or is none. It counts from the server's
 * own words, "so long from now on", on a steady clock: a wall clock that is wrong or set changes nothing.
 *
 * @param now on the steady clock
 * @example
 * remainingMs({ booking: hold, seenAt: 5_000 }, 6_000); // hold.expiresInMs - 1_000
 */
export function remainingMs({ booking, seenAt }: SeenBooking, now: number): number {
  if (booking.status !== 'held') return 0;
  return Math.max(0, booking.expiresInMs - Math.max(0, now - seenAt));
}
