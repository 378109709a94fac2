import { initTRPC } from '@trpc/server';
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

const authorize = t.middleware(async ({ ctx, path, next }) => {
  const access = accessTo(path);
  if (access === 'anybody') return await next();
  if (ctx.user === null) throw new Fault('unauthenticated');
  if (!access.includes(ctx.user.role)) throw new Fault('forbidden');
  return await next();
});

/**
 * A query may be given up when its deadline passes. A mutation may not: the committer knows
 * whether it was written, so it answers for the deadline itself.
 */
const answerInTime = t.middleware(async ({ ctx, type, next }) =>
  type === 'query' ? await within(ctx.deadline, next()) : await next(),
);

/** The base of every procedure: access.ts says who may call it, and unlisted it is closed. */
export const procedure = t.procedure.use(authorize).use(answerInTime);

/** The base of procedures that need to know who calls. */
export const userProcedure = procedure.use(async ({ ctx, next }) => {
  if (ctx.user === null) throw new Fault('unauthenticated');
  return await next({ ctx: { user: ctx.user } });
});
