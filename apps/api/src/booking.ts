import { findBooking, listBookingsOfUser } from '@holdfast/data';
import { z } from 'zod';
import {
  type BookingAnswer,
  bookingAnswer,
  bookingAnswerOnWire,
  bookingOnWire,
  bookingOutput,
} from './booking-wire.ts';
import { bookingCursor } from './cursors.ts';
import { Fault } from './http/faults.ts';
import type { Context } from './context.ts';
import { type BookingArrival, submitBookingCommand } from './submit.ts';
import { cancellerOf, mayManageBooking } from './manage.ts';
import { router, userProcedure } from './trpc.ts';
import { direction, id, nowOf, pageOf, pageSize, quantity } from './wire.ts';

const firstAttempt = z
  .boolean()
  .default(false)
  .describe(
    'True only in the first call that sends this id. Then a sold-out event is refused without looking for the booking.',
  );
/** What `reserve` and `book` take. */
export const claim = z.strictObject({
  eventId: id,
  bookingId: id,
  quantity,
  isFirstAttempt: firstAttempt,
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
const confirmation = reference.extend({
  ifLapsed: z
    .enum(['refuse', 'reacquire'])
    .default('refuse')
    .describe(
      'What becomes of a hold that has lapsed: reacquire sells its seats if they are still free.',
    ),
});
const changedQuantity = z.strictObject({
  ...reference.shape,
  quantity,
  expectedQuantity: quantity
    .optional()
    .describe(
      'The quantity that the change was decided upon. If the booking has another one by now, it is refused.',
    ),
});
const mine = z.strictObject({
  cursor: bookingCursor.schema.nullish(),
  direction,
  limit: pageSize,
});

/**
 * What users do with their own bookings. Another user's booking is as one that does not exist, but for who
 * manages its event: they may look at it, and give it back.
 */
export const bookingRouter = router({
  reserve: userProcedure
    .input(reservation)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, isFirstAttempt, ...asked } }) => {
      const command = { type: 'reserve', userId: ctx.user.id, ...asked } as const;
      const arrival = { command, isFirstAttempt };
      return await answerTo(ctx, eventId, arrival);
    }),

  book: userProcedure
    .input(claim)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, isFirstAttempt, ...asked } }) => {
      const command = { type: 'book', userId: ctx.user.id, ...asked } as const;
      const arrival = { command, isFirstAttempt };
      return await answerTo(ctx, eventId, arrival);
    }),

  confirm: userProcedure
    .input(confirmation)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, ...asked } }) => {
      const command = { type: 'confirm', userId: ctx.user.id, ...asked } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  cancel: userProcedure
    .input(reference)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, bookingId } }) => {
      const userId = await cancellerOf(ctx, { eventId, bookingId });
      const command = { type: 'cancel', userId, bookingId } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  extend: userProcedure
    .input(reference)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, bookingId } }) => {
      const command = { type: 'extend', userId: ctx.user.id, bookingId } as const;
      return await answerTo(ctx, eventId, { command, isFirstAttempt: false });
    }),

  changeQuantity: userProcedure
    .input(changedQuantity)
    .output(bookingAnswer)
    .mutation(async ({ ctx, input: { eventId, ...asked } }) => {
      const command = { type: 'changeQuantity', userId: ctx.user.id, ...asked } as const;
      const arrival = { command, isFirstAttempt: false };
      return await answerTo(ctx, eventId, arrival);
    }),

  get: userProcedure
    .input(reference)
    .output(bookingOutput)
    .query(async ({ ctx, input }) => {
      const { database, queue, caller } = ctx;
      const booking = await queue.read(caller, () => findBooking(database, input));
      if (booking === null || !(await mayManageBooking(ctx, booking))) {
        throw new Fault('not_found');
      }
      return bookingOnWire(booking.eventId, booking, nowOf(ctx));
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
  const outcome = await submitBookingCommand(ctx, eventId, arrival);
  return bookingAnswerOnWire(eventId, outcome, nowOf(ctx));
}
