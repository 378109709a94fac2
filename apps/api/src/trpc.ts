import { initTRPC, type ProcedureType } from '@trpc/server';
import { accessTo, listedPaths } from './access.ts';
import type { Context } from './context.ts';
import { within } from './http/deadline.ts';
import type { FaultCode } from './http/fault-kinds.ts';
import { faultFrom } from './http/fault-from.ts';
import { Fault, presentFault } from './http/faults.ts';
import { pingPeriodMs, silenceMsMax, watchDurationMsMax } from './live/watch-times.ts';

// `isDev` would add stack traces to answers, and its default depends on NODE_ENV.
const t = initTRPC.context<Context>().create({
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

/** access.ts says who may call, and unlisted it is nobody. One middleware: each costs every call. */
const admit = t.middleware(({ ctx, path, type, next }) => {
  authorize(ctx, path);
  return answerInTime(ctx, type, next());
});

/**
 * A query may be given up when its deadline passes. A mutation may not: the committer knows
 * whether it was written, so it answers for the deadline itself.
 */
function answerInTime<Answer>(
  { deadline }: Context,
  type: ProcedureType,
  answer: Promise<Answer>,
): Promise<Answer> {
  return type === 'query' ? within(deadline, answer) : answer;
}

/** The base of every procedure. */
export const procedure = t.procedure.use(admit);

/** The base of procedures that need to know who calls. */
export const userProcedure = t.procedure.use(({ ctx, path, type, next }) => {
  authorize(ctx, path);
  const { user } = ctx;
  if (user === null) throw new Fault('unauthenticated');
  return answerInTime(ctx, type, next({ ctx: { user } }));
});
