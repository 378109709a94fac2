/**
 * What an api is made of, for who builds one around something else: the bench, which puts every
 * other way to book behind the same server, the same checks and the same tokens.
 */
export { type Authenticate, createAuthenticate } from '@holdfast/auth';
export { bookingAnswer } from './booking-wire.ts';
export { claim } from './booking.ts';
export { type Limits, limitsFrom } from './limits.ts';
export { type Env, readEnv } from './env.ts';
export { openCallerLimits } from './rates/open-caller-limits.ts';
export { createServer } from './server.ts';
export { router, userProcedure } from './trpc.ts';
