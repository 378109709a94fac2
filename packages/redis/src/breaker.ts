import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from 'cockatiel';
import { AdmissionUnavailable } from './faults.ts';
import { within } from './within.ts';

/** So many failures in a row open it. One may be an accident. */
const failureCountMax = 3;
/** How long after a failed trial the next one is made. */
const trialEveryMs = 250;

/** Are calls sent (`closed`), or refused at once (`open`)? */
export type Health = 'closed' | 'open';

export interface BreakerOptions {
  /** The longest that one call may take. */
  readonly timeoutMs: number;
  /** The call by which an open breaker finds out whether Redis is back. */
  readonly trial: () => Promise<unknown>;
  /** Told when it opens, with what failed last, and when it closes, with `null`. */
  readonly onHealth?: ((health: Health, error: unknown) => void) | undefined;
}

/** Stands between us and a Redis that may be dead. */
export interface Breaker {
  readonly health: Health;
  /**
   * What `call` gives.
   *
   * @throws AdmissionUnavailable: it failed, took too long, or the breaker is open and it was not sent.
   */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Sends nothing any more: no trial, and nobody's call. */
  close(): void;
}

/**
 * A breaker that opens after three failures in a row. While it is open it sends nobody's call, but
 * every 250 ms a trial of its own: so recovery costs no caller any time, and needs no caller.
 *
 * @example
 * const breaker = openBreaker({ timeoutMs: 150, trial: () => redis.ping() });
 * await breaker.run(() => redis.get('key'));
 */
export function openBreaker({ timeoutMs, trial, onHealth }: BreakerOptions): Breaker {
  const policy = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(failureCountMax),
    // Our timer says when. The library would go by the wall clock, which may be set back.
    halfOpenAfter: Number.NEGATIVE_INFINITY,
  });
  const execute = <T>(call: () => Promise<T>) => policy.execute(() => within(timeoutMs, call));
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const tryLater = () => {
    if (isOver) return;
    // A trial that fails opens the breaker again, and so comes back here.
    timer = setTimeout(() => void execute(trial).catch(() => {}), trialEveryMs).unref();
  };

  let isOpen = false;
  policy.onBreak(() => {
    const error = reasonOf(policy.lastFailure);
    if (!isOpen) onHealth?.('open', error);
    isOpen = true;
    tryLater();
  });
  policy.onReset(() => {
    isOpen = false;
    onHealth?.('closed', null);
  });
  return {
    get health() {
      return policy.state === CircuitState.Closed ? 'closed' : 'open';
    },
    run: async (call) => {
      try {
        if (isOver) throw new Error('Redis is not asked any more: it was closed.');
        if (policy.state !== CircuitState.Closed) throw new BrokenCircuitError();
        return await execute(call);
      } catch (error) {
        throw new AdmissionUnavailable(error);
      }
    },
    close: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

function reasonOf(failure: { error: unknown } | { value: unknown } | undefined): unknown {
  return failure !== undefined && 'error' in failure ? failure.error : null;
}
