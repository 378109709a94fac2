import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';

interface BookingFacts {
  /** Made by the client, once: it is the idempotency key. Unique within the event. */
  readonly id: string;
  readonly userId: string;
  /** Seats, at least 1. */
  readonly quantity: number;
  /**
   * Which of the user's simultaneous bookings of this event it is, from 1. A unique index over
   * (event, user, ordinal) lets the database itself bound a user's active bookings.
   */
  readonly ordinal: number;
}

/** Seats kept for a user until `expiresAt`; past that the hold is *lapsed*. */
export interface HeldBooking extends BookingFacts {
  readonly status: 'held';
  readonly expiresAt: Instant;
}

/** Seats sold. */
export interface ConfirmedBooking extends BookingFacts {
  readonly status: 'confirmed';
  readonly confirmedAt: Instant;
}

/** Who ended a booking: its user, or the organizer, who called the event off. */
export type Canceller = 'user' | 'organizer';

/** Given back by its user, or ended with its event, from `held` or from `confirmed`. Final. */
export interface CancelledBooking extends BookingFacts {
  readonly status: 'cancelled';
  readonly cancelledAt: Instant;
  readonly from: 'held' | 'confirmed';
  readonly cancelledBy: Canceller;
}

/** A hold that lapsed and was swept. Final. */
export interface ExpiredBooking extends BookingFacts {
  readonly status: 'expired';
  /** When it lapsed; sweeping it changes nothing of that. */
  readonly expiredAt: Instant;
}

/** What a user has: seats of one event, in one of four states. */
export type Booking = HeldBooking | ConfirmedBooking | CancelledBooking | ExpiredBooking;

export type BookingStatus = Booking['status'];

/**
 * Has this hold run out at `now`? Decided by time alone, swept or not.
 *
 * @example isLapsed({ ...hold, expiresAt: 5_000 }, 5_000) // true
 */
export function isLapsed(hold: HeldBooking, now: Instant): boolean {
  return hold.expiresAt <= now;
}

/** Does this booking take seats at `now`? Confirmed ones do, and holds that have not lapsed. */
export function isActive(booking: Booking, now: Instant): boolean {
  return booking.status === 'confirmed' || (booking.status === 'held' && !isLapsed(booking, now));
}

/**
 * The booking as everybody should see it at `now`, whether or not anything has swept it: a lapsed
 * hold is expired, and what was active when the event was called off is cancelled since then.
 *
 * @example
 * bookingAsOf(confirmed, { cancelledAt: 5_000 }, 6_000)
 * // { …, status: 'cancelled', cancelledAt: 5_000, cancelledBy: 'organizer' }
 */
export function bookingAsOf(
  booking: Booking,
  { cancelledAt }: Pick<EventState, 'cancelledAt'>,
  now: Instant,
): Booking {
  const isFinal =
    booking.status === 'expired' ||
    (booking.status === 'cancelled' && booking.cancelledBy === 'user');
  if (isFinal) return booking;
  const { id, userId, quantity, ordinal } = booking;
  const facts = { id, userId, quantity, ordinal };
  if (booking.status === 'held' && isLapsed(booking, Math.min(now, cancelledAt ?? now))) {
    return { ...facts, status: 'expired', expiredAt: booking.expiresAt };
  }
  if (cancelledAt === null) return booking;
  const from = booking.status === 'cancelled' ? booking.from : booking.status;
  return { ...facts, status: 'cancelled', cancelledAt, from, cancelledBy: 'organizer' };
}
