import { type EventRecord, findEvent, listBookingsOfEvent, listEvents } from '@holdfast/data';
import { type OrganizerCommand, refused } from '@holdfast/domain';
import { bookingWithUserOnWire, bookingWithUserOutput } from './booking-wire.ts';
import type { Context } from './context.ts';
import { eventBookingCursor, eventCursor } from './cursors.ts';
import { within } from './deadline.ts';
import {
  bookingsInput,
  closeInput,
  createInput,
  eventInput,
  listInput,
  setCapacityInput,
  updateInput,
} from './event-input.ts';
import {
  type EventAnswer,
  eventAnswer,
  eventAnswerOnWire,
  eventOnWire,
  eventOutput,
} from './event-wire.ts';
import { Fault } from './faults.ts';
import { submitOrganizerCommand } from './submit.ts';
import { procedure, router, userProcedure } from './trpc.ts';
import type { User } from './user.ts';
import { pageOf } from './wire.ts';

/** What organizers do with their own events, and what everybody may see of them. */
export const eventRouter = router({
  create: userProcedure
    .input(createInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input }) => {
      const { seatCount: total, ...event } = input;
      const command = { type: 'create', organizerId: ctx.user.id, total, ...event } as const;
      return eventAnswerOnWire(await submitOrganizerCommand(ctx, event.eventId, command));
    }),

  update: userProcedure
    .input(updateInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, title, date, saleWindow, policy } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({
        type: 'update',
        organizerId,
        title: title ?? null,
        date: date ?? null,
        saleWindow: saleWindow ?? null,
        policy: policy ?? null,
      })),
    ),

  open: userProcedure
    .input(eventInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({ type: 'open', organizerId })),
    ),

  close: userProcedure
    .input(closeInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, as } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({ type: 'close', organizerId, as })),
    ),

  setCapacity: userProcedure
    .input(setCapacityInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, seatCount: total } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({
        type: 'setCapacity',
        organizerId,
        total,
      })),
    ),

  get: procedure
    .input(eventInput)
    .output(eventOutput)
    .query(async ({ ctx, input: { eventId } }) => {
      const event = await findEvent(ctx.database, eventId);
      const isHidden = event?.rules.status === 'draft' && !mayManage(ctx.user, event);
      if (event === null || isHidden) throw new Fault('not_found');
      return eventOnWire(event);
    }),

  list: procedure
    .input(listInput)
    .output(pageOf(eventOutput))
    .query(async ({ ctx, input: { from = null, onlyAvailable, mine, cursor = null, limit } }) => {
      if (mine && ctx.user === null) throw new Fault('unauthenticated');
      const organizerId = mine ? (ctx.user?.id ?? null) : null;
      const filter = { from, organizerId, onlyAvailable, after: cursor, limit };
      const page = await listEvents(ctx.database, filter);
      return {
        items: page.items.map(eventOnWire),
        nextCursor: page.next && eventCursor.encode(page.next),
      };
    }),

  bookings: userProcedure
    .input(bookingsInput)
    .output(pageOf(bookingWithUserOutput))
    .query(async ({ ctx, input: { eventId, cursor: after = null, limit } }) => {
      const event = await findEvent(ctx.database, eventId);
      if (event === null || !mayManage(ctx.user, event)) throw new Fault('not_found');
      const page = await listBookingsOfEvent(ctx.database, { eventId, after, limit });
      return {
        items: page.items.map(bookingWithUserOnWire),
        nextCursor: page.next && eventBookingCursor.encode(page.next),
      };
    }),
});

/** Organizers manage their own events, and admins all. */
function mayManage(user: User | null, event: EventRecord): boolean {
  return user !== null && (user.role === 'admin' || user.id === event.organizerId);
}

type UserContext = Context & { readonly user: User };

/**
 * Gives the command in the name of whom it takes: an admin acts for the event's own organizer.
 * For anybody else's event the rules answer event_not_found, as for one that is missing.
 */
async function answerAsOrganizer(
  ctx: UserContext,
  eventId: string,
  commandOf: (organizerId: string) => OrganizerCommand,
): Promise<EventAnswer> {
  const organizerId = ctx.user.role === 'admin' ? await ownerOf(ctx, eventId) : ctx.user.id;
  if (organizerId === null) return eventAnswerOnWire(refused('event_not_found'));
  return eventAnswerOnWire(await submitOrganizerCommand(ctx, eventId, commandOf(organizerId)));
}

/** Who offers this event? Nothing is written yet, so this may run into the deadline. */
async function ownerOf({ database, deadline }: Context, eventId: string): Promise<string | null> {
  const event = await within(deadline, findEvent(database, eventId));
  return event?.organizerId ?? null;
}
