import { deadlineAfter, within } from './deadline.ts';
import { Fault } from './faults.ts';

/** Can this process do its work now? */
export interface Readiness {
  /** Faults: `draining`, `database_unavailable`. */
  check(): Promise<void>;
}

interface ReadinessOptions {
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>;
  readonly isDraining: () => boolean;
}

/** A database that needs longer than this for a ping is away, as far as callers can tell. */
const pingTimeoutMs = 1_000;
const retryAfterMs = 1_000;

/**
 * Checks readiness by asking the database. Anybody may ask, so those who ask at the same time
 * share one ping: the question never becomes a load of its own.
 *
 * @example createReadiness({ ping: () => database.ping(), isDraining: () => false })
 */
export function createReadiness({ ping, isDraining }: ReadinessOptions): Readiness {
  let current: Promise<void> | null = null;

  async function pingInTime(): Promise<void> {
    try {
      await within(deadlineAfter(pingTimeoutMs), ping());
    } catch (cause) {
      throw new Fault('database_unavailable', { retryAfterMs, cause });
    } finally {
      current = null;
    }
  }

  return {
    async check() {
      if (isDraining()) throw new Fault('draining', { retryAfterMs });
      current ??= pingInTime();
      await current;
    },
  };
}
