import { sleepUntilAborted } from './call-with-retries.ts';
import { type Failure, failure } from './failure.ts';
import { ruleOf } from './fault.ts';
import { HoldfastError } from './holdfast-error.ts';
import { readFailure } from './read-failure.ts';
import { type RetryOptions, waitBeforeRetryMs } from './retry-options.ts';

/** Until when something is streamed, and who hears of its connections. */
export interface WatchOptions {
  /** Ends the watching, in peace. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The connection stands, for the first time or again: what the caller knows is true, or the message that
   * corrects it is on its way. Where nothing has changed meanwhile no message comes.
   */
  readonly onOpen?: (() => void) | undefined;
  /** The connection was cut, or could not be made. It is made again by itself. */
  readonly onCut?: ((why: HoldfastError) => void) | undefined;
}

/** How one connection is made, whose messages go on where those of the one before ended. */
type Connect<Message> = (ends: {
  readonly signal: AbortSignal;
  readonly onOpen: WatchOptions['onOpen'];
}) => AsyncIterable<Message>;

/**
 * A stream that outlives its connections. It tries for as long as it is wanted, with waits that grow
 * to `backoffMaxMs`: a page that was left open over night goes on in the morning. Throws a HoldfastError
 * where no waiting helps.
 */
export async function* streamAgain<Message>(
  connect: Connect<Message>,
  retry: RetryOptions,
  { signal = new AbortController().signal, onOpen, onCut }: WatchOptions,
): AsyncGenerator<Message> {
  let failureCount = 0;
  const isOver = () => signal.aborted;
  while (!isOver()) {
    let why = ended;
    try {
      for await (const message of connect({ signal, onOpen })) {
        failureCount = 0;
        yield message;
      }
    } catch (error) {
      why = readFailure(error);
    }
    if (isOver()) return;
    tell(why, onCut);
    failureCount += 1;
    const waitMs = waitBeforeRetryMs(retry, failureCount, why.retryAfterMs);
    await sleepUntilAborted(retry.sleep(waitMs), signal);
  }
}

/** Throws it, where no waiting helps. */
function tell(why: Failure, onCut: WatchOptions['onCut']): void {
  const error = new HoldfastError(why, false);
  if (!ruleOf(why.fault).isRetriable) throw error;
  onCut?.(error);
}

/** The connection may end in peace: behind a proxy, or because the api wants to see the token again. */
const ended: Failure = failure({ fault: 'network', message: 'The api ended the stream.' });
