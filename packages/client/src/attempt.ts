import { AttemptFailed, type Failure } from './failure.ts';
import { readFailure } from './read-failure.ts';

/** Sends one request. `signal` cuts it; `inDoubt`: an attempt before it may have taken effect, or may yet do so. */
export type Send<T> = (signal: AbortSignal, inDoubt: boolean) => Promise<T>;

export type Attempt<T> =
  | { readonly status: 'answered'; readonly answer: T }
  | { readonly status: 'failed'; readonly failure: Failure };

/**
 * One request, bounded in time, and cut when the caller aborts. It ends at that moment even where
 * the request itself cannot be cut, because others share its HTTP request.
 */
export async function attempt<T>(
  send: Send<T>,
  limits: { inDoubt: boolean; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<Attempt<T>> {
  const { inDoubt, timeoutMs, signal } = limits;
  const cut = new AbortController();
  const { promise: whenCut, reject } = Promise.withResolvers<never>();
  function cutOff(why: AttemptFailed) {
    cut.abort(why);
    reject(why);
  }
  const timer = setTimeout(() => cutOff(timedOut(timeoutMs)), timeoutMs);
  const onAbort = () => cutOff(abortedBy(signal));
  signal?.addEventListener('abort', onAbort);
  try {
    return {
      status: 'answered',
      answer: await Promise.race([send(cut.signal, inDoubt), whenCut]),
    };
  } catch (error) {
    // A request that was cut fails with an error of its own, which does not say why.
    return {
      status: 'failed',
      failure: readFailure(cut.signal.aborted ? cut.signal.reason : error),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function timedOut(timeoutMs: number): AttemptFailed {
  return new AttemptFailed({
    fault: 'attempt_timeout',
    message: `The api did not answer within ${Math.round(timeoutMs)} ms.`,
  });
}

function abortedBy(signal: AbortSignal | undefined): AttemptFailed {
  return new AttemptFailed({
    fault: 'aborted',
    message: 'The call was aborted by its caller.',
    cause: signal?.reason,
  });
}
