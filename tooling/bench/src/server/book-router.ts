import type { BookingAnswer } from '@holdfast/api';
import { bookingAnswer, claim, router, userProcedure } from '@holdfast/api/parts';
import type { AnyRouter } from '@trpc/server';
import type { Claim } from '../ways/way.ts';

/**
 * The api's `booking.book`, with its rights, its input and its output, and something else behind it.
 */
export function bookRouter(book: (claim: Claim) => Promise<BookingAnswer>): AnyRouter {
  return router({
    booking: router({
      book: userProcedure
        .input(claim)
        .output(bookingAnswer)
        .mutation(async ({ ctx, input: { eventId, bookingId, quantity } }) =>
          book({ eventId, bookingId, quantity, userId: ctx.user.id }),
        ),
    }),
  });
}
