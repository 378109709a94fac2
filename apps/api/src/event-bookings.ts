import type { User } from '@holdfast/auth';
import {
  type EventBooking,
  findBookingOfEvent,
  findEvent,
  listBookingsOfEvent,
} from '@holdfast/data';
import type { z } from 'zod';
import { bookingWithUserOnWire, type BookingWithUserOnWire } from './booking-wire.ts';
import type { Context } from './context.ts';
import { eventBookingCursor } from './cursors.ts';
import type { bookingsInput } from './event-input.ts';
import { Fault } from './http/faults.ts';
import { mayManage } from './manage.ts';
import { nowOf } from './wire.ts';

type UserContext = Context & { readonly user: User };

interface BookingsPage {
  readonly items: BookingWithUserOnWire[];
  readonly nextCursor: string | null;
}

/**
 * The bookings of an event that fit, for who manages it. A booking that is looked for by its id is found by it
 * alone, whatever else it has to fit.
 *
 * Faults: `not_found`, also where the event is another organizer's.
 */
export async function searchBookings(
  ctx: UserContext,
  input: z.output<typeof bookingsInput>,
): Promise<BookingsPage> {
  const { database, queue, caller, user } = ctx;
  const { eventId, bookingId, userId, status, limit, cursor = null } = input;
  const event = await queue.read(caller, () => findEvent(database, eventId));
  if (event === null || !mayManage(user, event)) throw new Fault('not_found');
  if (bookingId !== undefined) {
    const key = { eventId, bookingId };
    const found = await queue.read(caller, () => findBookingOfEvent(database, key));
    const fits = (booking: EventBooking) =>
      booking.userId === (userId ?? booking.userId) &&
      booking.status === (status ?? booking.status);
    return { items: found !== null && fits(found) ? [onWire(ctx, found)] : [], nextCursor: null };
  }
  const list = { eventId, userId, status, after: cursor, limit };
  const page = await queue.read(caller, () => listBookingsOfEvent(database, list));
  return {
    items: page.items.map((booking) => onWire(ctx, booking)),
    nextCursor: page.next && eventBookingCursor.encode(page.next),
  };
}

const onWire = (ctx: Context, booking: EventBooking) => bookingWithUserOnWire(booking, nowOf(ctx));
