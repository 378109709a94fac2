import { HoldfastError } from '@holdfast/client';

/** Where the server does not say how long. */
const waitMsDefault = 10_000;

/**
 * How long to wait, in milliseconds, where something failed because its user asked too often; `null`: that is not why.
 *
 * @example waitOf(error) // 4_000
 */
export function waitOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const cause = error instanceof HoldfastError ? error : error.cause;
  if (!(cause instanceof HoldfastError) || cause.fault !== 'rate_limited') return null;
  return cause.retryAfterMs ?? waitMsDefault;
}
