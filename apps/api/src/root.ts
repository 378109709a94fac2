import { bookingRouter } from './booking.ts';
import { eventRouter } from './event.ts';
import { healthRouter } from './health.ts';
import { orderRouter } from './order.ts';
import { router } from './trpc.ts';

/** Every procedure, by noun. */
export const appRouter = router({
  event: eventRouter,
  booking: bookingRouter,
  order: orderRouter,
  health: healthRouter,
});

export type AppRouter = typeof appRouter;
