import type { User } from '@holdfast/auth';
import { type BookingRecord, findEvent } from '@holdfast/data';
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

/** May this caller look at a booking? Its user, to whom it is offered, and who manages its event. */
export async function maySeeBooking(ctx: UserContext, booking: BookingRecord): Promise<boolean> {
  const { id } = ctx.user;
  const isOffered = booking.status === 'confirmed' && booking.offer?.toUserId === id;
  return booking.userId === id || isOffered || (await mayManageEvent(ctx, booking.eventId));
}

/** May this caller see all of this event, and act for its users? Its organizer, and admins. */
export async function mayManageEvent(ctx: UserContext, eventId: string): Promise<boolean> {
  const { user } = ctx;
  if (user.role === 'admin') return true;
  return user.role === 'organizer' && (await ownerOf(ctx, eventId)) === user.id;
}
