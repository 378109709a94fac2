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
import type { bookingsInput, exportInput } from './event-input.ts';
import { BookingExport } from './export/booking-export.ts';
import { Fault } from './http/faults.ts';
import { mayManage } from './manage.ts';
import { nowOf } from './wire.ts';

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
  ctx: Context,
  input: z.output<typeof bookingsInput>,
): Promise<BookingsPage> {
  const { database, queue, caller } = ctx;
  const { eventId, bookingId, userId, status, limit, cursor = null } = input;
  await checkManages(ctx, eventId);
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

/** Their file, for who manages it. Faults: as `searchBookings`. */
export async function exportBookings(
  ctx: Context,
  { eventId, status, separator }: z.output<typeof exportInput>,
): Promise<BookingExport> {
  await checkManages(ctx, eventId);
  return new BookingExport(ctx, { eventId, status, separator });
}

async function checkManages(
  { database, queue, caller, user }: Context,
  eventId: string,
): Promise<void> {
  const event = await queue.read(caller, () => findEvent(database, eventId));
  if (event === null || !mayManage(user, event)) throw new Fault('not_found');
}
