import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';

interface BookingFacts {
  /** Made by the client, once: it is the idempotency key. It is unique within the event. */
  readonly id: string;
  readonly userId: string;
  /** Seats, at least 1. */
  readonly quantity: number;
  /**
   * The seats that its claim asked for, where the quantity was changed since: by it a repeated claim
   * is known. Left out: it was never changed.
   */
  readonly claimedQuantity?: number;
  /**
   * The user's active bookings of one event are numbered, from 1. A unique index over event, user
   * and ordinal lets the database itself bound how many there are.
   */
  readonly ordinal: number;
}

/** Seats kept for a user until `expiresAt`; past that the hold is *lapsed*. */
export interface HeldBooking extends BookingFacts {
  readonly status: 'held';
  readonly expiresAt: Instant;
  /**
   * Since when its user has kept seats: the begin of the hold, or of the one that it replaced. Left out:
   * it is not known, as in tables of a team's own, and the hold is not lengthened.
   */
  readonly heldSince?: Instant;
}

/** To whom the user of a booking offers it, and until when that user can accept it. */
export interface Offer {
  readonly toUserId: string;
  /** Past that the offer is as none. */
  readonly expiresAt: Instant;
}

/** Seats sold. */
export interface ConfirmedBooking extends BookingFacts {
  readonly status: 'confirmed';
  readonly confirmedAt: Instant;
  /** Left out: it is offered to nobody. Any change of the booking ends its offer. */
  readonly offer?: Offer;
}

/**
 * What ended a booking: its user; the organizer, who called the event off or acted on the user's
 * behalf; an admin, on the user's behalf; or a hold of the same user that took its place
 * (`replacement`). `refusal`: it never had seats (`isSpent`).
 */
export type Canceller = 'user' | 'organizer' | 'admin' | 'replacement' | 'refusal';

/**
 * Given back by its user or on the user's behalf, replaced by another hold, or ended with its event; from `held` or from
 * `confirmed`. From `nothing`: a spent id. Final.
 */
export interface CancelledBooking extends BookingFacts {
  readonly status: 'cancelled';
  readonly cancelledAt: Instant;
  readonly from: 'held' | 'confirmed' | 'nothing';
  readonly cancelledBy: Canceller;
}

/** A hold that lapsed and was swept. Final. */
export interface ExpiredBooking extends BookingFacts {
  readonly status: 'expired';
  /** When it lapsed. When it was swept does not matter. */
  readonly expiredAt: Instant;
}

/** What a user has: seats of one event, in one of four states. */
export type Booking = HeldBooking | ConfirmedBooking | CancelledBooking | ExpiredBooking;

export type BookingStatus = Booking['status'];

/** What takes seats: seats sold, or a hold that has not lapsed. */
export type ActiveBooking = HeldBooking | ConfirmedBooking;

/**
 * Has this hold run out at `now`? Time alone decides, whether or not it was swept.
 *
 * @example isLapsed({ ...hold, expiresAt: 5_000 }, 5_000) // true
 */
export function isLapsed(hold: HeldBooking, now: Instant): boolean {
  return hold.expiresAt <= now;
}

/** Does this booking take seats at `now`? Confirmed ones do, and holds that have not lapsed. */
export function isActive(booking: Booking, now: Instant): booking is ActiveBooking {
  return booking.status === 'confirmed' || (booking.status === 'held' && !isLapsed(booking, now));
}

/**
 * Is this only the mark of a *spent* id: a repeated claim was refused under it, and no attempt of that claim may take
 * seats any more? To everybody but such an attempt it is as no booking.
 */
export function isSpent(booking: Booking): boolean {
  return booking.status === 'cancelled' && booking.from === 'nothing';
}

/** Can an offer still be accepted at `now`? Time alone decides. */
export function isOpen(offer: Offer, now: Instant): boolean {
  return now < offer.expiresAt;
}

/** What a booking is in any status. */
function bookingFactsOf({ id, userId, quantity, ordinal, claimedQuantity }: Booking): BookingFacts {
  const facts = { id, userId, quantity, ordinal };
  return claimedQuantity === undefined ? facts : { ...facts, claimedQuantity };
}

/**
 * Did this booking end with its event? Before the event was called off, the organizer cancelled it on
 * the user's behalf.
 */
export function hasEndedWithEvent(
  booking: CancelledBooking,
  { cancelledAt }: Pick<EventState, 'cancelledAt'>,
): boolean {
  const isByOrganizer = booking.cancelledBy === 'organizer';
  return isByOrganizer && cancelledAt !== null && booking.cancelledAt >= cancelledAt;
}

/**
 * The booking as it is to be shown at `now`, swept or not. A lapsed hold is expired. What was
 * active when the event was called off is cancelled since then. An offer past its time is none.
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
    (booking.status === 'cancelled' && !hasEndedWithEvent(booking, { cancelledAt }));
  if (isFinal) return booking;
  const facts = bookingFactsOf(booking);
  if (booking.status === 'held' && isLapsed(booking, Math.min(now, cancelledAt ?? now))) {
    return { ...facts, status: 'expired', expiredAt: booking.expiresAt };
  }
  if (cancelledAt === null) return withOpenOffer(booking, now);
  const from = booking.status === 'cancelled' ? booking.from : booking.status;
  return { ...facts, status: 'cancelled', cancelledAt, from, cancelledBy: 'organizer' };
}

function withOpenOffer(booking: Booking, now: Instant): Booking {
  if (booking.status !== 'confirmed' || booking.offer === undefined) return booking;
  if (isOpen(booking.offer, now)) return booking;
  const { offer: _, ...rest } = booking;
  return rest;
}
