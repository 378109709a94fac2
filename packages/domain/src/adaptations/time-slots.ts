import type { Booking } from '../booking.ts';
import type { BookingCommand } from '../commands.ts';
import type { EventState } from '../event.ts';
import type { Instant } from '../instant.ts';
import type { RefusalReason } from '../refusal.ts';
import { decideOne } from './decide-one.ts';

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

export type TimeSlotDecision =
  | {
      readonly status: 'accepted';
      readonly slot: TimeSlot;
      readonly reservation: Booking;
      /** False when the same command had been accepted before: there is nothing to write. */
      readonly isNew: boolean;
      /** Write under this guard: `table_capacity >= tableCapacityMin`. */
      readonly tableCapacityMin: number;
    }
  | { readonly status: 'refused'; readonly reason: TimeSlotRefusalReason };

/** What is known of a restaurant when it decides. A reservation is a booking by another name. */
export interface Restaurant {
  readonly slot: TimeSlot;
  /** The reservation that is named, if it is there, and its guest's others for this slot. */
  readonly reservations: readonly Booking[];
  readonly policy: RestaurantPolicy;
}

/**
 * The booking rules in the words of a restaurant: what becomes of a command about a reservation.
 *
 * Refuses as book and cancel do, with `fully_booked` for `sold_out`, `slot_passed` for `sale_ended`
 * and `party_too_large` for `quantity_over_limit`.
 *
 * @example
 * decideTimeSlot(restaurant, { type: 'reserve_table', reservationId, guestId, partySize: 4 }, now)
 * // { status: 'accepted', slot: { tableCapacity: 16, … }, reservation: { status: 'confirmed', … }, … }
 */
export function decideTimeSlot(
  restaurant: Restaurant,
  command: TimeSlotCommand,
  now: Instant,
): TimeSlotDecision {
  const { slot, reservations } = restaurant;
  const sold = { event: eventOf(restaurant), bookings: reservations };
  const decision = decideOne(sold, bookingCommandOf(command), now);
  if (decision.status === 'refused') {
    return { status: 'refused', reason: slotReason(decision.reason) };
  }
  const isNew = decision.changed.length > 0;
  return {
    status: 'accepted',
    slot: {
      ...slot,
      tableCapacity: decision.capacity.available,
      version: slot.version + (isNew ? 1 : 0),
    },
    reservation: decision.booking,
    isNew,
    tableCapacityMin: decision.availableMin,
  };
}

function eventOf({ slot, policy }: Restaurant): EventState {
  return {
    id: slot.id,
    organizerId: slot.restaurantId,
    title: '',
    date: slot.time,
    rules: {
      status: 'on_sale',
      saleWindow: { opensAt: null, closesAt: slot.time },
      policy: {
        quantityPerBookingMax: policy.partySizeMax,
        activeBookingsPerUserMax: policy.reservationsPerGuestMax,
        // Nothing is ever held here; the rules want a number of at least 1.
        holdDurationMs: 1,
        holdPauseMs: 0,
      },
    },
    capacity: { total: slot.placeCount, available: slot.tableCapacity, held: 0 },
    version: slot.version,
  };
}

function bookingCommandOf(command: TimeSlotCommand): BookingCommand {
  const named = { bookingId: command.reservationId, userId: command.guestId };
  return command.type === 'reserve_table'
    ? { ...named, type: 'book', quantity: command.partySize }
    : { ...named, type: 'cancel' };
}

function slotReason(reason: RefusalReason): TimeSlotRefusalReason {
  switch (reason) {
    case 'sold_out':
      return 'fully_booked';
    case 'sale_ended':
      return 'slot_passed';
    case 'quantity_over_limit':
      return 'party_too_large';
    default:
      return reason;
  }
}
