import type { Booking, BookingStatus } from '../booking/booking.ts';
import type { RefusalReason } from '../commands/refusal.ts';
import type { Instant } from '../instant.ts';

/** A time at a restaurant, with so many places at its tables. Places are the rules' seats. */
export interface TimeSlot {
  readonly id: string;
  readonly restaurantId: string;
  /** When the guests come. From then on nobody can reserve. */
  readonly time: Instant;
  readonly placeCount: number;
  /** Places that nobody has reserved: the guide's `table_capacity`. */
  readonly tableCapacity: number;
  readonly version: number;
}

/** What one party and one guest may have. */
export interface RestaurantPolicy {
  readonly partySizeMax: number;
  readonly reservationsPerGuestMax: number;
}

/** A restaurant's reservations need no payment, so they are confirmed at once. */
export type TimeSlotCommand =
  | {
      readonly type: 'reserve_table';
      readonly reservationId: string;
      readonly guestId: string;
      readonly partySize: number;
    }
  | {
      readonly type: 'cancel_reservation';
      readonly reservationId: string;
      readonly guestId: string;
    };

export type TimeSlotRefusalReason =
  | Exclude<RefusalReason, 'sold_out' | 'sale_ended' | 'quantity_over_limit'>
  | 'fully_booked'
  | 'slot_passed'
  | 'party_too_large';

/** A reservation that was there, as it is to be written, and the status that it must still have. */
export interface MovedReservation {
  readonly seenStatus: BookingStatus;
  readonly reservation: Booking;
}

/**
 * What to write of an accepted command: all of it in one transaction, or nothing.
 *
 * Places are a difference to add to what the row then says, since other reservations may have been
 * written since the slot was read. The guard is threefold, and no part of it is enough alone:
 * - the slot still has `tableCapacityMin` places. Its row is written first, which also makes writers
 *   of one slot take turns;
 * - each moved reservation still has its `seenStatus`;
 * - a new reservation's keys are free: its id, and its `ordinal` among the reservations of its guest
 *   that are held or confirmed. Both are unique indexes, and the second holds guests to the policy
 *   however they race: `unique (slot_id, guest_id, ordinal) where status in ('held', 'confirmed')`.
 *
 * Where one of them fails, roll back, read again and decide again, a few times at most. The policy
 * and the slot's time are relied on, too: a reservation that was decided just before you change them
 * may be written just after.
 */
export interface TimeSlotWrite {
  readonly tableCapacityChange: number;
  readonly versionChange: 1;
  readonly tableCapacityMin: number;
  /** Before the new ones. */
  readonly movedReservations: readonly MovedReservation[];
  /** To insert as they are, `ordinal` included. */
  readonly newReservations: readonly Booking[];
}

export type TimeSlotDecision =
  | {
      readonly status: 'accepted';
      /** The reservation as it is once the write has gone through: what to tell the guest. */
      readonly reservation: Booking;
      /** `null`: it was so already, and there is nothing to write. */
      readonly write: TimeSlotWrite | null;
    }
  | { readonly status: 'refused'; readonly reason: TimeSlotRefusalReason };

/** What is known of a restaurant when it decides. A reservation is a booking by another name. */
export interface Restaurant {
  readonly slot: TimeSlot;
  /**
   * For this slot: the reservation that is named, if it is there, and its guest's others that are
   * confirmed.
   */
  readonly reservations: readonly Booking[];
  readonly policy: RestaurantPolicy;
}
