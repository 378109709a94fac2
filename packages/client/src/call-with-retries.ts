import { type Attempt, attempt, type Send } from './attempt.ts';
import { type Failure, failure } from './failure.ts';
import { ruleOf } from './fault.ts';
import type { RetryBudget } from './retry-budget.ts';
import { type RetryOptions, waitBeforeRetryMs } from './retry-options.ts';

/** How a call ended. */
export type Ending<T> =
  | { readonly status: 'answered'; readonly answer: T }
  | {
      readonly status: 'given_up';
      /** How the last attempt went wrong. */
      readonly failure: Failure;
      /** Whether any attempt may have taken effect. */
      readonly inDoubt: boolean;
    };

/** What the calls of one client share. */
export interface Retrying {
  readonly options: RetryOptions;
  readonly budget: RetryBudget;
}

/**
 * Sends the same request until it is answered, or until one of the limits is met: attempts, time,
 * the client's retry budget, the caller's signal, a fault that no retry fixes.
 */
export async function callWithRetries<T>(
  send: Send<T>,
  retrying: Retrying,
  signal: AbortSignal | undefined,
): Promise<Ending<T>> {
  const { options, budget } = retrying;
  const endsAt = options.now() + options.totalTimeoutMs;
  let inDoubt = false;
  budget.earn();
  for (let attemptCount = 1; ; attemptCount += 1) {
    const result: Attempt<T> = await attemptWithin(send, { endsAt, options, inDoubt, signal });
    if (result.status === 'answered') return result;
    inDoubt ||= result.failure.mayHaveActed;
    const waitMs = decideWaitMs(result.failure, attemptCount, { endsAt, options });
    if (waitMs === null || !budget.spend()) return givenUp(result.failure, inDoubt);
    await sleepUntilAborted(options.sleep(waitMs), signal);
    // Time may have passed faster than was asked for: a laptop that slept, a stalled process.
    if (options.now() >= endsAt) return givenUp(result.failure, inDoubt);
  }
}

function givenUp(last: Failure, inDoubt: boolean): Ending<never> {
  return { status: 'given_up', failure: last, inDoubt };
}

interface Limits {
  readonly endsAt: number;
  readonly options: RetryOptions;
}

async function attemptWithin<T>(
  send: Send<T>,
  limits: Limits & { inDoubt: boolean; signal: AbortSignal | undefined },
): Promise<Attempt<T>> {
  const { endsAt, options, inDoubt, signal } = limits;
  if (signal?.aborted) return { status: 'failed', failure: abortedBeforeSending(signal) };
  const timeoutMs = Math.min(options.attemptTimeoutMs, endsAt - options.now());
  return attempt(send, { inDoubt, timeoutMs, signal });
}

function abortedBeforeSending(signal: AbortSignal): Failure {
  return failure({
    fault: 'aborted',
    message: 'The call was aborted by its caller.',
    mayHaveActed: false,
    cause: signal.reason,
  });
}

/** How long to wait before the next attempt; `null` where there is to be none. */
function decideWaitMs(last: Failure, attemptCount: number, limits: Limits): number | null {
  const { endsAt, options } = limits;
  if (!ruleOf(last.fault).isRetriable) return null;
  if (attemptCount >= options.attemptCountMax) return null;
  const waitMs = waitBeforeRetryMs(options, attemptCount, last.retryAfterMs);
  return options.now() + waitMs < endsAt ? waitMs : null;
}

/** Ends with the sleep or with the signal, whichever comes first. The next attempt looks at the signal. */
export async function sleepUntilAborted(
  slept: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal === undefined) return slept;
  if (signal.aborted) return;
  await new Promise<void>((resolve, reject) => {
    const wake = () => resolve();
    signal.addEventListener('abort', wake);
    slept.then(wake, reject).finally(() => signal.removeEventListener('abort', wake));
  });
}
