import type { Logger } from './logger.ts';

interface StopOptions {
  readonly log: Logger;
  /** Resolves when everything in hand is done and everything is closed. */
  readonly stop: () => Promise<void>;
  /** The process ends after this at the latest. */
  readonly timeoutMs: number;
}

/**
 * Ends the process in good order on SIGTERM or SIGINT: `stop`, then exit 0. It ends at once, with
 * exit 1, on a second signal, when stopping takes longer than `timeoutMs`, or when it fails.
 */
export function stopOnSignals({ log, stop, timeoutMs }: StopOptions): void {
  let isStopping = false;

  function exit(reason: string): never {
    log.warn(reason);
    process.exit(1);
  }

  async function onSignal(signal: NodeJS.Signals): Promise<void> {
    if (isStopping) exit('stopped at once');
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(exit, timeoutMs, 'stopping took too long').unref();
    await stop();
    log.info('stopped');
    process.exit(0);
  }

  function onSignalSafely(signal: NodeJS.Signals): void {
    onSignal(signal).catch((error: unknown) => {
      log.fatal({ err: error }, 'stopping failed');
      process.exit(1);
    });
  }

  process.on('SIGTERM', onSignalSafely);
  process.on('SIGINT', onSignalSafely);
}
