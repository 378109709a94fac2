import type { User } from '@holdfast/auth';
import { findBooking, findEvent } from '@holdfast/data';
import { within } from '@holdfast/engine';
import type { Context } from './context.ts';

type UserContext = Context & { readonly user: User };

/** Organizers manage their own events, and admins all. */
export function mayManage(user: User | null, event: { readonly organizerId: string }): boolean {
  return user !== null && (user.role === 'admin' || user.id === event.organizerId);
}

/** Who offers this event? Nothing is written yet, so this may run into the deadline. */
export async function ownerOf(ctx: Context, eventId: string): Promise<string | null> {
  const { database, queue, caller, deadline } = ctx;
  const reading = queue.read(caller, () => findEvent(database, eventId));
  const event = await within(deadline, reading);
  return event?.organizerId ?? null;
}

/** May this caller look at a booking of that user, and give it back? Who owns it, and who manages its event. */
export async function mayManageBooking(
  ctx: UserContext,
  { eventId, userId }: { readonly eventId: string; readonly userId: string },
): Promise<boolean> {
  const { user } = ctx;
  if (user.id === userId || user.role === 'admin') return true;
  return user.role === 'organizer' && (await ownerOf(ctx, eventId)) === user.id;
}

/**
 * In whose name does this caller give a booking back? In the own one; and who manages the event, in that
 * of the booking's user. For anybody else the rules answer booking_not_found, as for a missing one.
 */
export async function cancellerOf(
  ctx: UserContext,
  key: { readonly eventId: string; readonly bookingId: string },
): Promise<string> {
  const { database, queue, caller, deadline, user } = ctx;
  if (user.role === 'user') return user.id;
  const booking = await within(
    deadline,
    queue.read(caller, () => findBooking(database, key)),
  );
  return booking !== null && (await mayManageBooking(ctx, booking)) ? booking.userId : user.id;
}
