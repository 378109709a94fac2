import type { BookingCommand } from '../commands/commands.ts';
import type { RefusalReason } from '../commands/refusal.ts';
import type { EventState } from '../event/event.ts';
import type { Instant } from '../instant.ts';
import { checkRestaurant } from './check-restaurant.ts';
import { decideOne, type OneWrite } from './decide-one.ts';
import type {
  Restaurant,
  TimeSlotCommand,
  TimeSlotDecision,
  TimeSlotRefusalReason,
  TimeSlotWrite,
} from './restaurant.ts';

export type * from './restaurant.ts';

/**
 * The booking rules in the words of a restaurant: what becomes of a command about a reservation, and
 * what to write of it.
 *
 * Refuses as book and cancel do, with `fully_booked` for `sold_out`, `slot_passed` for `sale_ended`
 * and `party_too_large` for `quantity_over_limit`.
 *
 * The write, whole, in one transaction (examples/reserve-table.ts is a program that does it):
 *
 * ```sql
 * update time_slots set version = version + 1, table_capacity = table_capacity + $2
 * where id = $1 and table_capacity >= $3; -- tableCapacityMin
 *
 * update reservations set status = $3, changed_at = now()
 * where slot_id = $1 and id = $2 and status = $4; -- each moved reservation, from its seenStatus
 *
 * insert into reservations (slot_id, id, guest_id, ordinal, party_size, status)
 * values ($1, $2, $3, $4, $5, $6); -- each new reservation
 * ```
 *
 * An update that finds no row, or a key that is taken, rolls all of it back; then read and decide
 * again. The keys, once:
 *
 * ```sql
 * primary key (slot_id, id);
 * create unique index on reservations (slot_id, guest_id, ordinal)
 * where status in ('held', 'confirmed');
 * ```
 *
 * @throws InvalidInput where a field is not what its type says, such as a count that came as text.
 * @example
 * decideTimeSlot({ slot, reservations, policy }, { type: 'reserve_table', reservationId, guestId, partySize: 4 }, now)
 * // { status: 'accepted', reservation, write: { tableCapacityChange: -4, tableCapacityMin: 4, … } }
 * // or { status: 'refused', reason: 'fully_booked' }
 */
export function decideTimeSlot(
  restaurant: Restaurant,
  command: TimeSlotCommand,
  now: Instant,
): TimeSlotDecision {
  checkRestaurant(restaurant, command, now);
  const sold = { event: eventOf(restaurant), bookings: restaurant.reservations };
  const decision = decideOne(sold, bookingCommandOf(command), now);
  if (decision.status === 'refused') {
    return { status: 'refused', reason: slotReason(decision.reason) };
  }
  const { booking, write } = decision;
  return { status: 'accepted', reservation: booking, write: write && slotWriteOf(write) };
}

function slotWriteOf(write: OneWrite): TimeSlotWrite {
  return {
    tableCapacityChange: write.capacityChange.available,
    versionChange: 1,
    tableCapacityMin: write.availableMin,
    movedReservations: write.movedBookings.map(({ seen, booking }) => ({
      seenStatus: seen.status,
      reservation: booking,
    })),
    newReservations: write.newBookings,
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
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
      },
    },
    capacity: { total: slot.placeCount, available: slot.tableCapacity, held: 0 },
    saleFollowsDate: true,
    publishedAt: 0,
    cancelledAt: null,
    version: slot.version,
    organizedVersion: 1,
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
