import type { LimitName } from './limit.ts';

/** Anybody can call too often: they shall not fill the log. */
const periodMs = 60_000;

/** Hears who was refused for what. */
export type TellLimited = (limit: LimitName, caller: string) => void;

/**
 * Says in the log that callers are limited: at once, and then at most once a minute, with how often each
 * limit was met since, and whom it met last.
 *
 * @example
 * const tell = tellLimited(logger);
 * tell('user', 'user ada'); // info: callers are limited, { limits: { user: 1 }, caller: 'user ada' }
 */
export function tellLimited(
  logger: { readonly info: (fields: object, text: string) => void },
  now: () => number = () => performance.now(),
): TellLimited {
  const counts = new Map<LimitName, number>();
  let toldAtMs = -Infinity;
  return (limit, caller) => {
    counts.set(limit, (counts.get(limit) ?? 0) + 1);
    if (now() - toldAtMs < periodMs) return;
    toldAtMs = now();
    logger.info({ limits: Object.fromEntries(counts), caller }, 'callers are limited');
    counts.clear();
  };
}
