import { findOrder } from '@holdfast/data';
import { type Booking, orderLineCountMax, type OrderCommand } from '@holdfast/domain';
import type { GivenOrderOutcome } from '@holdfast/engine';
import { z } from 'zod';
import type { Context } from './context.ts';
import { Fault } from './http/faults.ts';
import {
  type OrderAnswer,
  orderAnswer,
  orderAnswerOnWire,
  orderOnWire,
  orderOutput,
} from './order-wire.ts';
import { seatsOfOrder } from './rates/unsold-seats.ts';
import { router, userProcedure } from './trpc.ts';
import { id, nowOf, quantity } from './wire.ts';

const placing = z.strictObject({
  orderId: id,
  lines: z
    .array(z.strictObject({ eventId: id, quantity }))
    .min(1)
    .max(orderLineCountMax)
    .describe('Lines of one event are merged into one booking.'),
  as: z
    .enum(['held', 'confirmed'])
    .default('held')
    .describe('held: holds, to be confirmed together later. confirmed: sales at once.'),
  isFirstAttempt: z
    .boolean()
    .optional()
    .describe(
      'True only in the first call that sends this orderId: then a sold-out event is refused without looking for the order. False in a call that is sent again without an answer to the one before: then a refusal is final.',
    ),
});
const reference = z.strictObject({ orderId: id });

/**
 * What users do with orders over several events: all of it or nothing. Each booking of an order has the
 * order's id, and is one of the user's bookings like any other. Another user's order is as one that does not
 * exist.
 */
export const orderRouter = router({
  place: userProcedure
    .input(placing)
    .output(orderAnswer)
    .mutation(async ({ ctx, input: { isFirstAttempt, ...asked } }) => {
      const isRepeat = isFirstAttempt === false;
      const command = { type: 'placeOrder', userId: ctx.user.id, ...asked, isRepeat } as const;
      return await answerTo(ctx, command, isFirstAttempt === true);
    }),

  confirm: userProcedure
    .input(reference)
    .output(orderAnswer)
    .mutation(async ({ ctx, input: { orderId } }) => {
      const command = { type: 'confirmOrder', userId: ctx.user.id, orderId } as const;
      return await answerTo(ctx, command, false);
    }),

  cancel: userProcedure
    .input(reference)
    .output(orderAnswer)
    .mutation(async ({ ctx, input: { orderId } }) => {
      const command = { type: 'cancelOrder', userId: ctx.user.id, orderId } as const;
      return await answerTo(ctx, command, false);
    }),

  get: userProcedure
    .input(reference)
    .output(orderOutput)
    .query(async ({ ctx, input }) => {
      const { database, queue, caller, user } = ctx;
      const found = await queue.read(caller, () => findOrder(database, input));
      if (found === null || found.order.userId !== user.id) throw new Fault('not_found');
      return orderOnWire(found, nowOf(ctx));
    }),
});

/** Waits for the outcome, or for the request's deadline. Faults: as Lanes.submit. */
async function answerTo(
  ctx: Context,
  command: OrderCommand,
  isFirstAttempt: boolean,
): Promise<OrderAnswer> {
  const { lanes, span, deadline, unsold } = ctx;
  const submit = () => lanes.submitOrder({ command, isFirstAttempt, span }, deadline);
  const outcome =
    unsold === null
      ? await submit()
      : await unsold.counted(seatsOfOrder(command), submit, bookingsIn);
  return orderAnswerOnWire(outcome, nowOf(ctx));
}

function bookingsIn(outcome: GivenOrderOutcome): readonly Booking[] {
  return outcome.status === 'accepted' ? outcome.bookings : [];
}
