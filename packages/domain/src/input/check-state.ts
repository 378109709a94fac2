import type { Instant } from '../instant.ts';
import type { State } from '../state.ts';
import { check, checkFields, type Kinds } from './check.ts';
import { checkBooking } from './check-booking.ts';
import { checkCreation, checkEvent } from './check-event.ts';
import { type Kind, instant, object, orNull } from './kind.ts';

const map: Kind = {
  accepts: (value) => value instanceof Map,
  expected: 'a Map',
  mend: () => 'make the state with stateOf(event, bookings)',
};
const stateKinds: Kinds<State> = {
  event: orNull(object),
  bookings: map,
  bookingIdsByUser: map,
  creation: orNull(object),
};

/**
 * Is this a state that the rules can decide upon, and `now` an instant?
 *
 * @throws InvalidInput
 */
export function checkState(state: State, now: Instant): void {
  checkFields('state', state, stateKinds);
  const { event, bookings, creation } = state;
  if (event !== null) checkEvent('state.event', event);
  if (creation !== null) checkCreation('state.creation', creation);
  for (const [id, booking] of bookings) {
    checkBooking(`state.bookings.get(${id})`, booking);
  }
  checkNow(now);
}

/** @throws InvalidInput where this is no instant. */
export function checkNow(now: Instant): void {
  check('now', now, instant);
}
