/** How long and how often a call tries. Every part has a default. */
export interface RetryOptions {
  /** The most requests one call sends, the first included. */
  readonly attemptCountMax: number;
  /** How long one request may take before it is cut. */
  readonly attemptTimeoutMs: number;
  /** How long a call may take in all, waits included. */
  readonly totalTimeoutMs: number;
  /** The first retry waits up to this, each further one up to twice as long as the one before. */
  readonly backoffBaseMs: number;
  /** No wait is longer, beyond what the api asks for with `retryAfterMs`. */
  readonly backoffMaxMs: number;
  /** Retries that a client may make at once before its budget binds; also the most it saves up. */
  readonly budgetReserveCount: number;
  /** Retries that each call adds to the budget: 0.1 means one retry for ten calls. */
  readonly budgetRatio: number;
  /** From 0 on and below 1. Spreads the retries of many clients. */
  readonly random: () => number;
  /** A steady clock in milliseconds. */
  readonly now: () => number;
  /** Waits. */
  readonly sleep: (durationMs: number) => Promise<void>;
}

/** Any of the options. One that is `undefined` counts as left out. */
export type GivenRetryOptions = {
  readonly [K in keyof RetryOptions]?: RetryOptions[K] | undefined;
};

/**
 * The defaults. Ten per cent is the retry budget of Google's SRE book ("Handling Overload"), which
 * keeps a storm from being multiplied.
 */
export const retryDefaults: RetryOptions = {
  attemptCountMax: 4,
  attemptTimeoutMs: 10_000,
  totalTimeoutMs: 30_000,
  backoffBaseMs: 200,
  backoffMaxMs: 5_000,
  budgetReserveCount: 10,
  budgetRatio: 0.1,
  random: Math.random,
  now: () => performance.now(),
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

const leastValues = [
  ['attemptCountMax', 1],
  ['attemptTimeoutMs', 1],
  ['totalTimeoutMs', 1],
  ['backoffBaseMs', 0],
  ['backoffMaxMs', 0],
  ['budgetReserveCount', 0],
  ['budgetRatio', 0],
] as const;

/**
 * The options with defaults filled in.
 *
 * @throws RangeError naming the option that is not a number, or too small
 */
export function completeRetryOptions(given: GivenRetryOptions = {}): RetryOptions {
  const stated = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: RetryOptions = { ...retryDefaults, ...Object.fromEntries(stated) };
  for (const [name, least] of leastValues) {
    const value = options[name];
    if (!(Number.isFinite(value) && value >= least)) {
      throw new RangeError(`retry.${name} must be a number of at least ${least}, not ${value}.`);
    }
  }
  return options;
}

/**
 * How long to wait before a retry: what the api asks for, and on top of it a random part that
 * grows with every retry ("full jitter": AWS, "Exponential Backoff and Jitter"). Never shorter
 * than `retryAfterMs`; where the api asks for nothing, the whole wait is random.
 *
 * @param retryCount which retry it is, from 1
 */
export function waitBeforeRetryMs(
  options: Pick<RetryOptions, 'backoffBaseMs' | 'backoffMaxMs' | 'random'>,
  retryCount: number,
  retryAfterMs: number | null,
): number {
  const spreadMs = Math.min(options.backoffMaxMs, options.backoffBaseMs * 2 ** (retryCount - 1));
  return (retryAfterMs ?? 0) + options.random() * spreadMs;
}
