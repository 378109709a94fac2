import { once } from 'node:events';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { faultKinds } from '../src/http/fault-kinds.ts';
import { Fault } from '../src/http/faults.ts';
import { procedure, router, userProcedure } from '../src/trpc.ts';

/** Calls of `booking.cancel` that have begun, and those that were told that their caller had left. */
export const startedIds: string[] = [];
export const abortedIds: string[] = [];

const faultCode = z.enum(Object.keys(faultKinds) as [keyof typeof faultKinds]);

function fail({ fault, retryAfterMs }: z.output<typeof failure>): never {
  throw new Fault(fault, { ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

const failure = z.object({ fault: faultCode, retryAfterMs: z.int().optional() });

/** Whatever comes in, and whatever goes out. */
const open = procedure.input(z.unknown()).output(z.unknown());
const closed = userProcedure.input(z.unknown()).output(z.unknown());

/** Procedures at paths that are listed, which do all that a procedure can do. */
export const strangeRouter = router({
  health: router({
    live: open.query(() => ({ status: 'live' })),
    ready: open.query(() => undefined),
  }),
  event: router({
    get: open.query(({ input }) => ({ input })),
    list: procedure
      .input(failure)
      .output(z.unknown())
      .query(({ input }) => fail(input)),
    create: open.mutation(() => 'only organizers'),
  }),
  booking: router({
    book: closed.mutation(({ input, ctx }) => ({ input, ...ctx.user })),
    reserve: userProcedure
      .input(failure)
      .output(z.unknown())
      .mutation(({ input }) => fail(input)),
    confirm: userProcedure
      .input(z.enum(['error', 'cause', 'trpc', 'conflict', 'output']))
      .output(z.literal('nothing else'))
      .mutation(({ input }) => throwAs(input)),
    cancel: userProcedure
      .input(z.string())
      .output(z.unknown())
      .mutation(async ({ input, signal }) => {
        startedIds.push(input);
        await once(signal as AbortSignal, 'abort');
        abortedIds.push(input);
      }),
    get: closed.query(() => ({ big: 1n })),
  }),
});

function throwAs(kind: string): 'nothing else' {
  if (kind === 'error') throw new Error('inside');
  if (kind === 'cause') throw new Fault('contended', { retryAfterMs: 1, cause: 'a text' });
  if (kind === 'trpc') throw new TRPCError({ code: 'BAD_REQUEST', message: 'Mind the gap' });
  if (kind === 'conflict') throw new TRPCError({ code: 'CONFLICT' });
  return 'something else' as 'nothing else';
}
