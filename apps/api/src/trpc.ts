import type { User } from '@holdfast/auth';
import { within } from '@holdfast/engine';
import {
  initTRPC,
  TRPCError,
  type TRPCMutationProcedure,
  type TRPCQueryProcedure,
} from '@trpc/server';
import type { z } from 'zod';
import { accessTo, listedPaths } from './access.ts';
import type { Context } from './context.ts';
import type { FaultCode } from './http/fault-kinds.ts';
import { faultFrom } from './http/fault-from.ts';
import { Fault, presentFault } from './http/faults.ts';
import { pingPeriodMs, silenceMsMax, watchDurationMsMax } from './live/watch-times.ts';

// `isDev` would add stack traces to answers, and its default depends on NODE_ENV.
const t = initTRPC
  .context<Context>()
  .meta<ProcedureSchemas>()
  .create({
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: pingPeriodMs },
      client: { reconnectAfterInactivityMs: silenceMsMax },
      maxDurationMs: watchDurationMsMax,
    },
    errorFormatter: ({ error }) => presentFault(faultFrom(error)),
  });

export const router = t.router;

/** Why this caller may not call that; `null`: it may. Of one caller's calls all have the same reason. */
function refusalOf({ user, tokenFault }: Identity, path: string): FaultCode | null {
  const access = accessTo(path);
  if (access === 'anybody') return null;
  if (user === null) return tokenFault?.code ?? 'unauthenticated';
  return access.includes(user.role) ? null : 'forbidden';
}

/** The fault of that, with what is known of a token that counts for nothing. */
export function identityFault({ tokenFault }: Identity, code: FaultCode): Fault {
  return tokenFault ?? new Fault(code);
}

type Identity = Pick<Context, 'user' | 'tokenFault'>;

/** The same where that is certain, whatever the procedure is made of: before it is called. */
export function earlyRefusalOf(context: Identity, path: string): FaultCode | null {
  return listedPaths.has(path) ? refusalOf(context, path) : null;
}

/** Faults: `unauthenticated`, `forbidden`. */
function authorize(context: Context, path: string): void {
  const refusal = refusalOf(context, path);
  if (refusal !== null) throw identityFault(context, refusal);
}

/** The base of what answers with a stream. */
export const streamProcedure = t.procedure.use(({ ctx, path, next }) => {
  authorize(ctx, path);
  return next();
});

/** How a procedure begins: who calls is looked at before anything of the input is. */
export const procedure = startWith((ctx, path) => {
  authorize(ctx, path);
  return ctx;
});

/** The same for procedures that need to know who calls. */
export const userProcedure = startWith((ctx, path) => {
  authorize(ctx, path);
  if (!isIdentified(ctx)) throw new Fault('unauthenticated');
  return ctx;
});

type UserContext = Context & { readonly user: User };

function isIdentified(ctx: Context): ctx is UserContext {
  return ctx.user !== null;
}

interface Call<Caller, Input> {
  readonly ctx: Caller;
  readonly input: Input;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal | undefined;
}

/** What a procedure takes and answers, for who describes it. */
export interface ProcedureSchemas {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** What a procedure takes and answers, for clients. */
export interface ProcedureTypes<In extends z.ZodType, Out extends z.ZodType> {
  readonly input: z.input<In>;
  readonly output: z.output<Out>;
  readonly meta: unknown;
}

/**
 * Written as with tRPC's own builder, and run in one step in place of four: tRPC copies a call's options
 * three times for each middleware, which took 27 of an empty call's 66 µs (docs/decisions/0010-fast-path.md).
 * So who may call, the input and the output are looked at by the resolver itself.
 */
function startWith<Caller extends Context>(enter: (ctx: Context, path: string) => Caller) {
  return {
    input: <In extends z.ZodType>(input: In) => ({
      output: <Out extends z.ZodType>(output: Out) => endWith({ enter, input, output }),
    }),
  };
}

interface Steps<Caller, In, Out> {
  readonly enter: (ctx: Context, path: string) => Caller;
  readonly input: In;
  readonly output: Out;
}

/** How a procedure ends: with what makes its answer. */
interface Ends<Caller, In extends z.ZodType, Out extends z.ZodType> {
  query(answer: Answer<Caller, In, Out>): TRPCQueryProcedure<ProcedureTypes<In, Out>>;
  mutation(answer: Answer<Caller, In, Out>): TRPCMutationProcedure<ProcedureTypes<In, Out>>;
}

type Answer<Caller, In extends z.ZodType, Out extends z.ZodType> = (
  call: Call<Caller, z.output<In>>,
) => z.input<Out> | Promise<z.input<Out>>;

/** What tRPC calls a resolver with. Of `getRawInput` its types speak for middlewares alone. */
interface RawCall {
  readonly ctx: Context;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  readonly getRawInput: () => Promise<unknown>;
}

function endWith<Caller extends Context, In extends z.ZodType, Out extends z.ZodType>(
  steps: Steps<Caller, In, Out>,
): Ends<Caller, In, Out> {
  const { enter, input, output } = steps;
  type Answering = Answer<Caller, In, Out>;
  const mutation =
    (answer: Answering) =>
    async ({ ctx, path, signal, getRawInput }: RawCall): Promise<unknown> => {
      const caller = enter(ctx, path);
      const call = { ctx: caller, input: parseInput(input, await getRawInput()), signal };
      return parseOutput(output, await answer(call));
    };
  // A query may be given up when its deadline passes. A mutation may not: who commits knows whether it was
  // written, and answers for the deadline.
  const query = (answer: Answering) => {
    const ask = mutation(answer);
    return async (call: RawCall) => within(call.ctx.deadline, ask(call));
  };
  // The schemas see to the types of a call and its answer, which tRPC's builder cannot follow.
  /* oxlint-disable typescript/no-unsafe-type-assertion */
  type Query = TRPCQueryProcedure<ProcedureTypes<In, Out>>;
  type Mutation = TRPCMutationProcedure<ProcedureTypes<In, Out>>;
  const described = t.procedure.meta({ input, output });
  return {
    query: (answer) => described.query(query(answer) as never) as unknown as Query,
    mutation: (answer) => described.mutation(mutation(answer) as never) as unknown as Mutation,
  };
  /* oxlint-enable typescript/no-unsafe-type-assertion */
}

/** At once: tRPC reads with promises, which keeps zod from its compiled parsers. */
function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new TRPCError({ code: 'BAD_REQUEST', cause: parsed.error });
}

/** An answer of another form is a bug of ours. */
function parseOutput(schema: z.ZodType, output: unknown): unknown {
  const parsed = schema.safeParse(output);
  if (parsed.success) return parsed.data;
  const message = 'Output validation failed';
  throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message, cause: parsed.error });
}
