import type { Actor } from '../booking/actor.ts';
import type { Booking, Canceller, Offer } from '../booking/booking.ts';
import type { CapacityChange } from '../event/capacity.ts';
import type { EventDetails, Policy, SaleWindow } from '../event/event.ts';
import type { Instant } from '../instant.ts';

/**
 * One accepted change of one booking, with the facts of the booking, so that it can be understood
 * alone.
 */
interface BookingFact {
  readonly at: Instant;
  readonly bookingId: string;
  readonly userId: string;
  readonly quantity: number;
  readonly ordinal: number;
  /** As in the booking. */
  readonly claimedQuantity?: number;
  /** Who did it on the user's behalf. Left out: the user, or time. */
  readonly actor?: Actor;
}

export interface BookingHeld extends BookingFact {
  readonly type: 'booking_held';
  readonly expiresAt: Instant;
  /** As in the booking, where it took the place of another hold. Left out: since now. */
  readonly heldSince?: Instant;
}

/** `from` is `nothing` when the booking was reserved and confirmed at once. */
interface BookingSold extends BookingFact {
  readonly type: 'booking_confirmed';
  readonly from: 'nothing' | 'held';
}

/** A hold that had lapsed and was swept is sold all the same: its seats were still free. */
interface BookingReacquired extends BookingFact {
  readonly type: 'booking_confirmed';
  readonly from: 'expired';
  /** What may have changed, as it was before. */
  readonly before: { readonly ordinal: number };
}

export type BookingConfirmed = BookingSold | BookingReacquired;

/** `from` is `nothing` where an id is spent: it never had seats, and never will. */
export interface BookingCancelled extends BookingFact {
  readonly type: 'booking_cancelled';
  readonly from: 'held' | 'confirmed' | 'nothing';
  readonly by: Canceller;
}

/** The sweep of a hold that had lapsed at `expiresAt`. */
export interface BookingExpired extends BookingFact {
  readonly type: 'booking_expired';
  readonly expiresAt: Instant;
}

/** The booking stays confirmed. `quantity` is what it has from now on. */
export interface BookingQuantityChanged extends BookingFact {
  readonly type: 'booking_quantity_changed';
  /** What has changed, as it was before. */
  readonly before: { readonly quantity: number };
  readonly claimedQuantity: number;
  readonly confirmedAt: Instant;
}

/** The booking stays held, until `expiresAt`. */
export interface BookingExtended extends BookingFact {
  readonly type: 'booking_extended';
  readonly expiresAt: Instant;
  readonly heldSince: Instant;
  /** What has changed, as it was before. */
  readonly before: { readonly expiresAt: Instant };
}

/** The booking stays with its user, and another one can accept it. */
export interface BookingOffered extends BookingFact {
  readonly type: 'booking_offered';
  /** Left out: the offer was taken back. */
  readonly offer?: Offer;
  readonly confirmedAt: Instant;
}

/** The booking stays confirmed, and is `userId`'s from now on. Its offer has ended. */
export interface BookingTransferred extends BookingFact {
  readonly type: 'booking_transferred';
  /** What has changed, as it was before. */
  readonly before: { readonly userId: string; readonly ordinal: number };
  readonly confirmedAt: Instant;
}

export type BookingTransition =
  | BookingOffered
  | BookingTransferred
  | BookingExtended
  | BookingHeld
  | BookingConfirmed
  | BookingCancelled
  | BookingExpired
  | BookingQuantityChanged;

/** The facts of a booking, as a transition tells them. */
export function factsOf(
  booking: Booking,
): Pick<BookingFact, 'bookingId' | 'userId' | 'quantity' | 'ordinal' | 'claimedQuantity'> {
  const { id: bookingId, userId, quantity, ordinal, claimedQuantity } = booking;
  const facts = { bookingId, userId, quantity, ordinal };
  return claimedQuantity === undefined ? facts : { ...facts, claimedQuantity };
}

/** What a transition says of when the sale takes place. */
interface SaleTimes {
  readonly saleWindow: SaleWindow;
  /** Old ledgers do not have it. Then it is true if both are the same moment. */
  readonly saleFollowsDate?: boolean;
}

export interface EventCreated extends EventDetails, SaleTimes {
  readonly type: 'event_created';
  readonly at: Instant;
  readonly eventId: string;
  readonly organizerId: string;
  readonly total: number;
  readonly policy: Policy;
}

/** The details, window and policy as they stand after the change. */
export interface EventUpdated extends EventDetails, SaleTimes {
  readonly type: 'event_updated';
  readonly at: Instant;
  readonly policy: Policy;
}

export interface EventOpened {
  readonly type: 'event_opened';
  readonly at: Instant;
}

export interface EventClosed {
  readonly type: 'event_closed';
  readonly at: Instant;
  readonly as: 'closed' | 'cancelled';
}

export interface CapacitySet {
  readonly type: 'capacity_set';
  readonly at: Instant;
  readonly from: number;
  readonly to: number;
}

export type EventTransition = EventCreated | EventUpdated | EventOpened | EventClosed | CapacitySet;

/** One accepted change. The ledger is the list of them, and every counter derives from it. */
export type Transition = BookingTransition | EventTransition;

/** A transition and the version of the event that its commit made. */
export interface LedgerEntry {
  readonly version: number;
  readonly transition: Transition;
}

/** Is this a change of a booking, rather than of the event as a whole? */
export function isBookingTransition(transition: Transition): transition is BookingTransition {
  return 'bookingId' in transition;
}

const unchanged: CapacityChange = { total: 0, available: 0, held: 0 };

/**
 * What a transition does to the numbers of its event.
 *
 * @example
 * capacityChangeOf({ type: 'booking_held', quantity: 2, … }) // { total: 0, available: -2, held: 2 }
 */
export function capacityChangeOf(transition: Transition): CapacityChange {
  switch (transition.type) {
    case 'event_created':
      return { total: transition.total, available: transition.total, held: 0 };
    case 'capacity_set': {
      const added = transition.to - transition.from;
      return { total: added, available: added, held: 0 };
    }
    case 'booking_held':
      return { total: 0, available: -transition.quantity, held: transition.quantity };
    case 'booking_confirmed':
      return transition.from === 'held'
        ? { total: 0, available: 0, held: -transition.quantity }
        : { total: 0, available: -transition.quantity, held: 0 };
    case 'booking_cancelled':
      if (transition.from === 'nothing') return unchanged;
      return transition.from === 'held'
        ? { total: 0, available: transition.quantity, held: -transition.quantity }
        : { total: 0, available: transition.quantity, held: 0 };
    case 'booking_expired':
      return { total: 0, available: transition.quantity, held: -transition.quantity };
    case 'booking_quantity_changed': {
      const { before, quantity } = transition;
      return { total: 0, available: before.quantity - quantity, held: 0 };
    }
    case 'booking_extended':
    case 'booking_offered':
    case 'booking_transferred':
    case 'event_updated':
    case 'event_opened':
    case 'event_closed':
      return unchanged;
  }
}
