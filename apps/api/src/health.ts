import { z } from 'zod';
import { procedure, router } from './trpc.ts';

const nothing = z.strictObject({}).optional();

/** What orchestrators and load balancers ask. */
export const healthRouter = router({
  /** The process runs. Ask this to decide whether to restart it. */
  live: procedure
    .input(nothing)
    .output(z.strictObject({ status: z.literal('live') }))
    .query(() => ({ status: 'live' as const })),

  /** The process can do its work: the database answers, and it is not stopping. Else 503. */
  ready: procedure
    .input(nothing)
    .output(
      z.strictObject({
        status: z.literal('ready'),
        /** Of workers that do not do their work: what is shown may be late, what is sold is right. */
        notes: z.array(z.enum(['feed_behind', 'sweep_behind'])),
      }),
    )
    .query(async ({ ctx }) => {
      const notes = await ctx.readiness.check();
      return { status: 'ready' as const, notes: [...notes] };
    }),
});
