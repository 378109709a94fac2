import { deadlineAfter, type WorkerNote, within } from '@holdfast/engine';
import type { Outage } from '@holdfast/process';
import { Fault } from './faults.ts';

/** Can this process do its work now? */
export interface Readiness {
  /** Faults: `draining`, `database_unavailable`. Resolves to what is not as it should be all the same. */
  check(): Promise<readonly WorkerNote[]>;
  /** A call found the database away: the cause is logged once, and the end of it as well. */
  noteUnavailable(cause: unknown): void;
}

interface ReadinessOptions {
  /** Rejects when the database could not take a commit. */
  readonly ping: () => Promise<void>;
  readonly isDraining: () => boolean;
  /** What is not as it should be, and takes nobody out of a load balancer. Default: nothing. */
  readonly notes?: () => readonly WorkerNote[];
  /** Where the database's going and coming back is logged. */
  readonly outage: Outage;
  /** In milliseconds, by a clock that never steps. */
  readonly now?: () => number;
}

/** A database that needs longer than this for a ping is away, as far as callers can tell. */
const pingTimeoutMs = 1_000;
const retryAfterMs = 1_000;
/** An answer counts for so long, for everybody who asks. */
const pingEveryMs = 1_000;

/**
 * Checks readiness by asking the database. Anybody may ask, so there is one ping a second at most,
 * whose answer all share: the question never becomes a load of its own.
 *
 * @example
 * createReadiness({ ping: () => database.ping(), isDraining: () => false, notes: () => [], outage })
 */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { ping, isDraining, notes = () => [], outage, now = () => performance.now() } = options;
  let last: { answer: Promise<void>; until: number } | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | null = null;

  async function pingInTime(): Promise<void> {
    try {
      await within(deadlineAfter(pingTimeoutMs), ping());
    } catch (cause) {
      noteUnavailable(cause);
      throw new Fault('database_unavailable', { retryAfterMs, cause });
    }
  }

  function ask(): Promise<void> {
    // Those who come while it is on its way share it, however long it takes.
    const asked = { answer: pingInTime(), until: Number.POSITIVE_INFINITY };
    const end = () => void (asked.until = now() + pingEveryMs);
    asked.answer.then(end, end);
    last = asked;
    return asked.answer;
  }

  function askOrShare(): Promise<void> {
    return last !== null && now() < last.until ? last.answer : ask();
  }

  function noteUnavailable(cause: unknown): void {
    outage.note(cause);
    failedAt = now();
    timer ??= setTimeout(lookAgain, pingEveryMs).unref();
  }

  /** It is over when a ping succeeds and, since the one before, no call has failed. */
  function lookAgain(): void {
    timer = null;
    const startedAt = now();
    ask().then(
      () => {
        if (failedAt < startedAt - pingEveryMs / 2) outage.over();
        else timer ??= setTimeout(lookAgain, pingEveryMs).unref();
      },
      () => {},
    );
  }

  return {
    async check() {
      if (isDraining()) throw new Fault('draining', { retryAfterMs });
      await askOrShare();
      return notes();
    },
    noteUnavailable,
  };
}
