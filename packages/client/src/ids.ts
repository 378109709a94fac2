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
