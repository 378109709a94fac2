import type { Logger, LogStream } from './logger.ts';

/** Ends the process with this exit code. */
type Exit = (code: number) => void;

/** Where nobody reads the log, the process does not wait for that longer than this. */
const lastLinesTimeoutMs = 500;

/** Ends the process as soon as its last lines are out. */
export function exitWhenLogged(stream: LogStream): Exit {
  return (code) => {
    const end = () => process.exit(code);
    setTimeout(end, lastLinesTimeoutMs);
    stream.once('close', end);
    stream.end();
  };
}

interface StopOptions {
  readonly logger: Logger;
  readonly exit: Exit;
  /** Resolves when everything in flight is answered and everything is closed. */
  readonly stop: () => Promise<void>;
  /** The process ends after this at the latest. */
  readonly timeoutMs: number;
}

/**
 * Ends the process in good order on SIGTERM or SIGINT: `stop`, then exit 0. It ends at once, with
 * exit 1, on a second signal, and when stopping takes longer than `timeoutMs`.
 */
export function stopOnSignals({ logger, exit, stop, timeoutMs }: StopOptions): void {
  let isStopping = false;

  function stopAtOnce(reason: string): void {
    logger.warn(reason);
    exit(1);
  }

  async function stopInOrder(signal: NodeJS.Signals): Promise<void> {
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(stopAtOnce, timeoutMs, 'stopping took too long').unref();
    await stop();
    logger.info('stopped');
    exit(0);
  }

  function onSignal(signal: NodeJS.Signals): void {
    // A failure to stop ends the process as any other that nobody caught: see exitOnBugs.
    if (isStopping) stopAtOnce('stopped at once');
    else void stopInOrder(signal);
  }

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/**
 * Ends the process with exit 1 on what nobody caught. Its state cannot be trusted after that, and
 * what it had in flight is settled by callers that ask again with the same id.
 */
export function exitOnBugs(logger: Logger, exit: Exit): void {
  process.once('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'crashed');
    exit(1);
  });
}
