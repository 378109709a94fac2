import { exitCode } from './exit-code.ts';

/** Ctrl-C or SIGTERM came before the bench had finished. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs `body` with a signal that aborts at the first Ctrl-C: then it should end in good order, so
 * that nothing is left behind. A second one ends the process at once.
 */
export async function untilInterrupted<T>(body: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new Interrupted('Stopped.'));
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await body(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
