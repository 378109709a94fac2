import { v7 } from 'uuid';

/**
 * A new id for a booking or an event: a UUIDv7, so that ids made later sort later. Whoever makes
 * the id may send its command as often as it likes: it has one effect. The client makes one for
 * every call that is given none; make it yourself, and keep it, where a command must survive a page
 * reload, a crash or an abort.
 *
 * @example
 * const bookingId = newId();
 * await client.booking.reserve({ eventId, bookingId, quantity: 2 });
 */
export function newId(): string {
  return v7();
}

const spelling =
  /^(?:urn:uuid:)?\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/;

/**
 * An id as the api's answers spell it, which takes every spelling of a UUID. What is no UUID stays as
 * it is, for the api to refuse.
 *
 * @example canonicalId('{0198C0DE-…}') // '0198c0de-…'
 */
export function canonicalId(id: string): string {
  return spelling.exec(id.toLowerCase())?.slice(1).join('-') ?? id;
}
