import {
  type BookingOutcome,
  findBooking,
  findBookingHistory,
  listBookingsOfUser,
} from '@holdfast/data';
import type { Booking } from '@holdfast/domain';
import { userId } from '@holdfast/process';
import { z } from 'zod';
import {
  type BookingAnswer,
  bookingAnswer,
  bookingAnswerOnWire,
  bookingOnWire,
  bookingOutput,
} from './booking-wire.ts';
import { bookingChangeOnWire, bookingHistoryOutput } from './booking-history-wire.ts';
import { bookingCursor } from './cursors.ts';
import { Fault } from './http/faults.ts';
import type { Context } from './context.ts';
import { seatsOfBooking } from './rates/unsold-seats.ts';
import { type BookingArrival, submitBookingCommand } from './submit.ts';
import { mayManageEvent, maySeeBooking } from './manage.ts';
import { givenBy, onBehalfOf } from './on-behalf.ts';
import { router, userProcedure } from './trpc.ts';
import { direction, id, nowOf, pageOf, pageSize, quantity } from './wire.ts';

const firstAttempt = z
  .boolean()
  .optional()
  .describe(
    'True only in the first call that sends this id: then a sold-out event is refused without looking for the booking. False in a call that is sent again without an answer to the one before: then a refusal is final, and the call before takes no seats any more, whenever it arrives.',
  );
/** What `reserve` and `book` take. */
export const claim = z.strictObject({
  eventId: id,
  bookingId: id,
  quantity,
  isFirstAttempt: firstAttempt,
  onBehalfOf,
});
const reservation = claim.extend({
  replace: z
    .boolean()
    .default(false)
    .describe(
      "Ends the caller's own holds of the event in the same decision. The new hold lasts no longer than they would have.",
    ),
});
const reference = z.strictObject({ eventId: id, bookingId: id });
const follow = reference.extend({ onBehalfOf });
const confirmation = follow.extend({
  ifLapsed: z
    .enum(['refuse', 'reacquire'])
    .default('refuse')
    .describe(
      'What to do with a hold that has lapsed: refuse, or reacquire, which sells its seats if they are still free.',
    ),
});
const changedQuantity = z.strictObject({
  ...follow.shape,
  quantity,
  expectedQuantity: quantity
    .optional()
    .describe(
      'The quantity that the user had seen. If the booking has another quantity by now, the change is refused.',
    ),
});
const transfer = z.strictObject({
  ...follow.shape,
  toUserId: userId
    .nullable()
    .describe(
      'Who is to have the booking. That user has to accept it within 24 hours; on behalf of its user it moves at once. Null: an offer is taken back.',
    ),
});
const mine = z.strictObject({
  cursor: bookingCursor.schema.nullish(),
  direction,
  limit: pageSize,
});

/**
 * What users do with their own bookings. Another user's booking is as one that does not exist, but for who
 * manages its event: they may look at it, and act on the user's behalf.
 */
export const bookingRouter = router({
  reserve: userProcedure
    .input(reservation)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, isFirstAttempt, onBehalfOf: behalf, ...asked } }) => {
      const isRepeat = isFirstAttempt === false;
      const command = { type: 'reserve', ...givenBy(ctx, behalf), ...asked, isRepeat } as const;
      const arrival = { command, isFirstAttempt: isFirstAttempt === true };
      return await answerTo(ctx, eventId, arrival);
    }),

  book: userProcedure
    .input(claim)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, isFirstAttempt, onBehalfOf: behalf, ...asked } }) => {
      const isRepeat = isFirstAttempt === false;
      const command = { type: 'book', ...givenBy(ctx, behalf), ...asked, isRepeat } as const;
      const arrival = { command, isFirstAttempt: isFirstAttempt === true };
      return await answerTo(ctx, eventId, arrival);
    }),

  confirm: userProcedure
    .input(confirmation)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, onBehalfOf: behalf, ...asked } }) => {
      const command = { type: 'confirm', ...givenBy(ctx, behalf), ...asked } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  cancel: userProcedure
    .input(follow)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, onBehalfOf: behalf, ...asked } }) => {
      const command = { type: 'cancel', ...givenBy(ctx, behalf), ...asked } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  extend: userProcedure
    .input(follow)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, onBehalfOf: behalf, ...asked } }) => {
      const command = { type: 'extend', ...givenBy(ctx, behalf), ...asked } as const;
      return await answerTo(ctx, eventId, { command, isFirstAttempt: false });
    }),

  changeQuantity: userProcedure
    .input(changedQuantity)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, onBehalfOf: behalf, ...asked } }) => {
      const command = { type: 'changeQuantity', ...givenBy(ctx, behalf), ...asked } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  transfer: userProcedure
    .input(transfer)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, onBehalfOf: behalf, ...asked } }) => {
      const command = { type: 'transfer', ...givenBy(ctx, behalf), ...asked } as const;
      return await answerTo(ctx, eventId, { command, isFirstAttempt: false });
    }),

  accept: userProcedure
    .input(reference)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, bookingId } }) => {
      const command = { type: 'accept', bookingId, userId: ctx.user.id } as const;
      return await answerTo(ctx, eventId, { command, isFirstAttempt: false });
    }),

  get: userProcedure
    .input(reference)
    .output(bookingOutput)
    .query(async ({ ctx, input }) => {
      const { database, queue, caller } = ctx;
      const booking = await queue.read(caller, () => findBooking(database, input));
      if (booking === null || !(await maySeeBooking(ctx, booking))) {
        throw new Fault('not_found');
      }
      return bookingOnWire(booking.eventId, booking, nowOf(ctx));
    }),

  history: userProcedure
    .input(reference)
    .output(bookingHistoryOutput)
    .query(async ({ ctx, input }) => {
      const { database, queue, caller } = ctx;
      if (!(await mayManageEvent(ctx, input.eventId))) throw new Fault('not_found');
      const changes = await queue.read(caller, () => findBookingHistory(database, input));
      if (changes.length === 0) throw new Fault('not_found');
      return { items: changes.map(bookingChangeOnWire) };
    }),

  mine: userProcedure
    .input(mine.prefault({}))
    .output(pageOf(bookingOutput))
    .query(async ({ ctx, input: { cursor = null, limit } }) => {
      const { database, queue, caller, user } = ctx;
      const list = { userId: user.id, after: cursor, limit };
      const page = await queue.read(caller, () => listBookingsOfUser(database, list));
      const now = nowOf(ctx);
      return {
        items: page.items.map((booking) => bookingOnWire(booking.eventId, booking, now)),
        nextCursor: page.next && bookingCursor.encode(page.next),
      };
    }),
});

async function answerTo(
  ctx: Context,
  eventId: string,
  arrival: BookingArrival,
): Promise<BookingAnswer> {
  const submit = () => submitBookingCommand(ctx, eventId, arrival);
  const outcome =
    ctx.unsold === null
      ? await submit()
      : await ctx.unsold.counted(seatsOfBooking(eventId, arrival.command), submit, bookingsIn);
  return bookingAnswerOnWire(eventId, outcome, nowOf(ctx));
}

function bookingsIn(outcome: BookingOutcome): readonly Booking[] {
  return outcome.status === 'accepted' ? [outcome.booking] : [];
}
