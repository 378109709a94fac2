import { initTRPC, type ProcedureType } from '@trpc/server';
import { accessTo } from './access.ts';
import type { Context } from './context.ts';
import { within } from './http/deadline.ts';
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

/** Faults: `unauthenticated`, `forbidden`. */
function authorize({ user }: Context, path: string): void {
  const access = accessTo(path);
  if (access === 'anybody') return;
  if (user === null) throw new Fault('unauthenticated');
  if (!access.includes(user.role)) throw new Fault('forbidden');
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
