import { exitCode } from './exit-code.ts';
import { Interrupted } from './failure.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs `body` until it ends or until the first Ctrl-C or SIGTERM. `body` gets a signal that aborts
 * then; what it has opened it should close in a `finally`, as after an error. A second Ctrl-C ends
 * the process at once.
 */
export async function untilInterrupted<T>(body: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new Interrupted('interrupted'));
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await body(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

/** Resolves as `work` does, unless it is interrupted first: then throws Interrupted. */
export async function unlessInterrupted<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  stop.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(stop.reason);
  stop.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    stop.removeEventListener('abort', onAbort);
    // Nobody waits for the loser of the race; what becomes of it must not end the process.
    work.catch(() => {});
  }
}
