import type { User } from '@holdfast/auth';
import { listEvents } from '@holdfast/data';
import { isPublic, type OrganizerCommand, refused } from '@holdfast/domain';
import { absenceMsMax, type EventView, viewsOf, within } from '@holdfast/engine';
import type { z } from 'zod';
import { bookingWithUserOutput } from './booking-wire.ts';
import type { Context } from './context.ts';
import { exportBookings, searchBookings } from './event-bookings.ts';
import { watchSale } from './event-sale.ts';
import {
  bookingsInput,
  closeInput,
  createInput,
  exportInput,
  getInput,
  listInput,
  openInput,
  saleInput,
  setCapacityInput,
  updateInput,
  watchInput,
} from './event-input.ts';
import {
  type EventAnswer,
  eventAnswer,
  type EventPage,
  eventAnswerOnWire,
  eventOutput,
  eventPage,
  pageOnWire,
} from './event-wire.ts';
import { Fault } from './http/faults.ts';
import { LiveWatch } from './live/live-watch.ts';
import { submitOrganizerCommand } from './submit.ts';
import { identityFault, procedure, router, streamProcedure, userProcedure } from './trpc.ts';
import { mayManage, ownerOf } from './manage.ts';
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
    .mutation(async ({ ctx, input: { eventId, title, date, saleWindow, policy, ...seen } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({
        type: 'update',
        organizerId,
        ...seen,
        title: title ?? null,
        date: date ?? null,
        saleWindow: saleWindow ?? null,
        policy: policy ?? null,
      })),
    ),

  open: userProcedure
    .input(openInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, ...seen } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({ type: 'open', organizerId, ...seen })),
    ),

  close: userProcedure
    .input(closeInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, ...close } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({ type: 'close', organizerId, ...close })),
    ),

  setCapacity: userProcedure
    .input(setCapacityInput)
    .output(eventAnswer)
    .mutation(async ({ ctx, input: { eventId, seatCount: total, ...seen } }) =>
      answerAsOrganizer(ctx, eventId, (organizerId) => ({
        type: 'setCapacity',
        organizerId,
        total,
        ...seen,
      })),
    ),

  get: procedure
    .input(getInput)
    .output(eventOutput)
    .query(async ({ ctx, input: { eventId, maxAgeMs = null } }) =>
      visibleEvent(ctx, eventId, maxAgeMs),
    ),

  list: procedure
    .input(listInput)
    .output(eventPage)
    .query(async ({ ctx, input }) => {
      if (input.mine && ctx.user === null) throw identityFault(ctx, 'unauthenticated');
      const { from, cursor = null, mine, maxAgeMs = null, limit, onlyAvailable } = input;
      const list = { limit, onlyAvailable };
      const isForEverybody = !mine && from === undefined && cursor === null;
      return isForEverybody
        ? pageOnWire(
            await ctx.events.listEvents(list, maxAgeMs, { caller: ctx.caller, absenceMsMax: 0 }),
          )
        : await readList(ctx, input);
    }),

  watch: streamProcedure.input(watchInput).subscription(async ({ ctx, input, signal }) => {
    const { watched, isNamed } = input;
    await within(ctx.deadline, Promise.all(watched.map(({ id }) => seenToWatch(ctx, id, isNamed))));
    const { caller } = ctx;
    const each = watched.map(({ id, afterVersion }) => ({ eventId: id, afterVersion, caller }));
    return new LiveWatch(ctx.live, { watched: each, isNamed }, { signal, cut: ctx.cut });
  }),

  sale: streamProcedure
    .input(saleInput)
    .subscription(async ({ ctx, input, signal }) => await watchSale(ctx, input, signal)),

  bookings: userProcedure
    .input(bookingsInput)
    .output(pageOf(bookingWithUserOutput))
    .query(async ({ ctx, input }) => await searchBookings(ctx, input)),

  exportBookings: streamProcedure
    .input(exportInput)
    .subscription(async ({ ctx, input }) => await exportBookings(ctx, input)),
});

/** A list that is one caller's, or further on than the first page: of these there are too many. */
async function readList(
  { database, queue, caller, user }: Context,
  { mine, from, cursor, limit, onlyAvailable }: z.output<typeof listInput>,
): Promise<EventPage> {
  const organizerId = mine ? (user?.id ?? null) : null;
  const [date, after] = [from ?? null, cursor ?? null];
  const filter = { limit, onlyAvailable, from: date, after, organizerId };
  return pageOnWire(viewsOf(await queue.read(caller, () => listEvents(database, filter))));
}

type Viewer = Pick<Context, 'events' | 'user' | 'caller' | 'tokenFault'>;

/**
 * Nobody but who manages it sees a draft, or one that was called off before it was on sale: for others
 * it is as one that does not exist. It may have
 * been put on sale just now, so a cache says so for no longer than it says that there is no event. Who
 * could have made the event hears neither from a cache.
 */
async function visibleEvent(
  viewer: Viewer,
  eventId: string,
  maxAgeMs: number | null,
): Promise<EventView> {
  const { events, user, caller } = viewer;
  const notFoundMsMax = user === null || user.role === 'user' ? absenceMsMax : 0;
  const asker = { caller, absenceMsMax: notFoundMsMax };
  const event = await events.findEvent(eventId, maxAgeMs, asker);
  // Whose token has run out is told that: their own draft may be there.
  if (event === null) throw identityFault(viewer, 'not_found');
  const isForAll = isPublic(event.status, event.publishedAt !== null);
  if (isForAll || mayManage(user, event)) return event;
  if (maxAgeMs !== null && maxAgeMs <= notFoundMsMax) throw identityFault(viewer, 'not_found');
  return await visibleEvent(viewer, eventId, notFoundMsMax);
}

/** Where several are watched, whoever may not see one of them is told which. */
async function seenToWatch(viewer: Viewer, eventId: string, isNamed: boolean): Promise<void> {
  try {
    await visibleEvent(viewer, eventId, null);
  } catch (error) {
    if (!isNamed || !(error instanceof Fault) || error.code !== 'not_found') throw error;
    throw new Fault('not_found', { message: `There is no such event: ${eventId}. Leave it out.` });
  }
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
