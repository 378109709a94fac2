import type { Logger } from './logger.ts';

/** Something that a process cannot do without for long, and that may fail for a while. */
export interface Outage {
  /** It failed. The first time is logged, the rest are counted. */
  readonly note: (error: unknown) => void;
  /** It works. Where it had failed, that is logged, too. */
  readonly over: () => void;
}

/**
 * Two log lines for each outage, however often it is met meanwhile: libraries report a lost
 * connection with every attempt to get it back.
 *
 * @example
 * const outage = watchOutage(log, 'Redis');
 * redis.on('error', outage.note).on('ready', outage.over);
 */
export function watchOutage(
  log: Logger,
  name: string,
  now: () => number = () => performance.now(),
): Outage {
  let outage: { since: number; errorCount: number } | null = null;
  return {
    note(error) {
      if (outage === null) {
        outage = { since: now(), errorCount: 0 };
        log.error({ err: error }, `${name} fails; it is tried again and again`);
      }
      outage.errorCount += 1;
    },
    over() {
      if (outage === null) return;
      const { since, errorCount } = outage;
      outage = null;
      const durationMs = Math.round(now() - since);
      log.info({ durationMs, errorCount }, `${name} works again`);
    },
  };
}
