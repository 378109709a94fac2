import type { Instant } from '../instant.ts';
import type { State } from '../state/state.ts';
import { check, checkFields, type Kinds } from './check.ts';
import { checkBooking } from './check-booking.ts';
import { checkCreation, checkEvent } from './check-event.ts';
import { InvalidInput } from './invalid-input.ts';
import { type Kind, instant, object, orNull } from './kind.ts';

const map: Kind = {
  accepts: (value) => value instanceof Map,
  expected: 'a Map',
  fix: () => 'make the state with stateOf(event, bookings)',
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
  checkIdsByUser(state);
  checkNow(now);
}

/** A user's bookings are numbered by these. One that is missing would allow one too many. */
function checkIdsByUser({ bookings, bookingIdsByUser }: State): void {
  let idCount = 0;
  for (const [userId, ids] of bookingIdsByUser) {
    const areTheirs =
      Array.isArray(ids) && ids.every((id: string) => bookings.get(id)?.userId === userId);
    if (!areTheirs) throw idsAreOff();
    idCount += new Set(ids).size;
  }
  if (idCount !== bookings.size) throw idsAreOff();
}

function idsAreOff(): InvalidInput {
  return new InvalidInput(
    'state.bookingIdsByUser',
    'must have the ids of the bookings, each under its user: make the state with stateOf(event, bookings)',
  );
}

/** @throws InvalidInput where this is no instant. */
export function checkNow(now: Instant): void {
  check('now', now, instant);
}
