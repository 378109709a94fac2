import { check, checkEach, checkFields, type Kinds } from '../input/check.ts';
import { checkBooking } from '../input/check-booking.ts';
import { checkNow } from '../input/check-state.ts';
import { InvalidInput } from '../input/invalid-input.ts';
import {
  askedNumber,
  count,
  instant,
  type Kind,
  name,
  object,
  oneOf,
  quantity,
} from '../input/kind.ts';
import type { Instant } from '../instant.ts';
import type { Restaurant, RestaurantPolicy, TimeSlot, TimeSlotCommand } from './restaurant.ts';

const slotKinds: Kinds<TimeSlot> = {
  id: name,
  restaurantId: name,
  time: instant,
  placeCount: count,
  tableCapacity: count,
  version: count,
};
const policyKinds: Kinds<RestaurantPolicy> = {
  partySizeMax: quantity,
  reservationsPerGuestMax: quantity,
};
const follow = { reservationId: name, guestId: name };
const kindsByType: Readonly<Record<TimeSlotCommand['type'], Readonly<Record<string, Kind>>>> = {
  reserve_table: { ...follow, partySize: askedNumber },
  cancel_reservation: follow,
};
const type = oneOf(Object.keys(kindsByType));

/**
 * Is all of this what its type says?
 *
 * @throws InvalidInput
 */
export function checkRestaurant(
  restaurant: Restaurant,
  command: TimeSlotCommand,
  now: Instant,
): void {
  check('restaurant', restaurant, object);
  checkSlot(restaurant.slot);
  checkEach('reservations', restaurant.reservations, checkBooking);
  checkFields('policy', restaurant.policy, policyKinds);
  check('command', command, object);
  check('command.type', command.type, type);
  checkFields('command', command, kindsByType[command.type]);
  checkNow(now);
}

function checkSlot(slot: TimeSlot): void {
  checkFields('slot', slot, slotKinds);
  const { placeCount, tableCapacity } = slot;
  if (tableCapacity <= placeCount) return;
  throw new InvalidInput(
    'slot.tableCapacity',
    `must be at most slot.placeCount, ${placeCount}, but is ${tableCapacity}: read both at once`,
  );
}
